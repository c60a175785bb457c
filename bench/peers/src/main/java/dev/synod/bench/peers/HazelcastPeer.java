package dev.synod.bench.peers;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hazelcast's {@code IMap} with synchronous backups on all other members. That is no consensus: a
 * split brain loses writes. It is what a Vert.x application on Hazelcast has already.
 */
final class HazelcastPeer implements Group.Loaded {
  private final List<HazelcastInstance> members;

  /** Named, because on two cores the default of CompletableFuture starts a thread for each. */
  private final ExecutorService answers = Executors.newSingleThreadExecutor();

  private HazelcastPeer(List<HazelcastInstance> members) {
    this.members = members;
  }

  static HazelcastPeer open(Scenario scenario) throws Exception {
    List<Integer> ports = Ports.reserve(scenario.members());
    List<HazelcastInstance> members = new ArrayList<>();
    for (int port : ports) {
      Config config = new Config().setClusterName("bench");
      config.setProperty("hazelcast.phone.home.enabled", "false");
      config.setProperty("hazelcast.logging.type", "slf4j");
      config.setProperty("hazelcast.wait.seconds.before.join", "0");
      config.addMapConfig(new MapConfig("bench").setBackupCount(scenario.members() - 1));
      config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
      config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
      JoinConfig join = config.getNetworkConfig().getJoin();
      join.getAutoDetectionConfig().setEnabled(false);
      join.getMulticastConfig().setEnabled(false);
      join.getTcpIpConfig().setEnabled(true);
      ports.forEach(other -> join.getTcpIpConfig().addMember("127.0.0.1:" + other));
      members.add(Hazelcast.newHazelcastInstance(config));
    }
    HazelcastInstance first = members.get(0);
    Until.is(
        "cluster of all members", () -> first.getCluster().getMembers().size() == ports.size());
    Until.is("safe cluster", () -> first.getPartitionService().isClusterSafe());
    return new HazelcastPeer(members);
  }

  @Override
  public Executor starter() {
    return answers;
  }

  @Override
  public Operation operation(Step step) {
    IMap<String, byte[]> map = members.get(0).getMap("bench");
    byte[] value = new byte[step.valueBytes()];
    return ticket -> number -> Endings.end(map.setAsync(Puts.key(number), value), ticket, answers);
  }

  @Override
  public void close() {
    members.forEach(member -> member.getLifecycleService().terminate());
    answers.shutdown();
  }
}
