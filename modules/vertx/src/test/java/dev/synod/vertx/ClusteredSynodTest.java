package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import dev.synod.core.ReadLevel;
import dev.synod.core.StateMachines;
import dev.synod.fuzzing.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes of a Hazelcast cluster over loopback, with real logs. */
class ClusteredSynodTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path directory;

  private final Map<String, Vertx> nodes = new HashMap<>();
  private List<Integer> ports = List.of();

  @BeforeEach
  void start() {
    ports = Ports.reserve(NAMES.size());
    List<Future<Vertx>> starting = new ArrayList<>();
    for (int port : ports) {
      starting.add(node(port, ports));
    }
    for (int i = 0; i < NAMES.size(); i++) {
      nodes.put(NAMES.get(i), await(starting.get(i)));
    }
  }

  @AfterEach
  void stop() {
    nodes.values().forEach(node -> await(node.close()));
  }

  private static Future<Vertx> node(int port, List<Integer> ports) {
    Config config = ConfigUtil.loadConfig();
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.logging.type", "none");
    config
        .getNetworkConfig()
        .setPort(port)
        .setPortAutoIncrement(false)
        .setPublicAddress("127.0.0.1:" + port);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
    ports.forEach(
        member ->
            config.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + member));
    return Vertx.builder()
        .with(
            new VertxOptions()
                .setEventBusOptions(
                    new EventBusOptions().setHost("127.0.0.1").setConnectTimeout(1_000)))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }

  @Test
  void overAClusteredEventBus_aNodeGoesAndComesBack_andNothingIsLost() {
    try (Group group = new Group(NAMES, nodes, directory, new SynodOptions()).start()) {
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        writes.add(group.write(NAMES.get(i % 3), "line" + i));
      }
      await(Future.all(writes));

      group.stop("b");
      await(group.write("a", "x".repeat(700_000)));
      await(group.write("c", "while b is away"));

      group.start("b");
      await(group.write("b", "b is back"));
      String all = group.read("b", ReadLevel.LINEARIZABLE);
      assertThat(all).endsWith("while b is away,b is back");
      assertThat(all.split(",")).hasSize(1_003).doesNotHaveDuplicates();
      for (String name : NAMES) {
        assertThat(group.read(name, ReadLevel.LINEARIZABLE)).isEqualTo(all);
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(NAMES.stream().map(name -> group.status(name).hash()).distinct())
                      .hasSize(1));
    }
  }

  /** A command that was too large for the links once stopped all writes of a group. */
  @Test
  void aCommandIsDecidedUpToTheLimitAndRefusedAboveItAtLeaderAndFollower() {
    int limit = 2 << 20;
    int line = limit - StateMachines.address("ledger", 0).length;
    SynodOptions options = new SynodOptions().setMaxValueBytes(1_000).setMaxCommandBytes(limit);
    try (Group group = new Group(NAMES, nodes, directory, options).start()) {
      for (String name : NAMES) {
        for (int below : new int[] {1, 0}) {
          await(group.write(name, "x".repeat(line - below)));
        }
        for (int above : new int[] {1, line, 31 << 20}) {
          assertThatThrownBy(() -> await(group.write(name, "x".repeat(line + above))))
              .isInstanceOf(SynodException.TooLarge.class)
              .hasMessageContainingAll("maxCommandBytes", String.valueOf(limit));
        }
        await(group.write(name, "small"));
      }
      assertThat(group.status("a").canCommit()).isTrue();
      assertThat(group.member("a").vitals().sent().dropped("tooLarge")).isZero();
    }
  }

  @Test
  void aCommandThatOneMemberAllowsIsStoredAndSentByMembersThatAllowLess() {
    SynodOptions options =
        new SynodOptions()
            .setMaxCommandBytes(20 << 20)
            .setElectionTimeout(5_000)
            .setRequestTimeout(60_000);
    try (Group group = new Group(NAMES, nodes, directory, options).start()) {
      group.stop("c");
      SynodOptions less =
          new SynodOptions()
              .setMember("c")
              .setMembers(NAMES)
              .setMaxCommandBytes(2 << 20)
              .setElectionTimeout(5_000)
              .setRequestTimeout(60_000)
              .setDataDirectory(directory.resolve("c").toString());
      Synod c = await(Synod.start(group.vertxOf("c"), less, Map.of("ledger", new Ledger())));
      group.members.put("c", c);
      group.stop("b");
      await(group.write("a", "y".repeat(18 << 20)));
      await(c.submit("ledger", Buffer.buffer("small")));
      assertThat(await(c.status()).canCommit()).isTrue();
    }
  }

  /** On a node of its own, which comes to the cluster last. */
  @Test
  void aClientOnANodeOfItsOwn_outlivesTheMemberThatItFollows() {
    SynodOptions options = new SynodOptions().setMaxClients(1);
    Vertx outside = await(node(Ports.reserve(1).get(0), ports));
    try (Group group = new Group(NAMES, nodes, directory, options).start()) {
      await(group.write("a", "before"));
      Synod client =
          await(Synod.client(outside, new SynodOptions(), Map.of("ledger", new Ledger())));
      List<Future<Applied>> writes = new ArrayList<>();
      for (String leaver : NAMES) {
        for (int i = 0; i < 100; i++) {
          writes.add(client.submit("ledger", Buffer.buffer(leaver + i)));
        }
        group.stop(leaver);
        writes.add(client.submit("ledger", Buffer.buffer("y".repeat(300_000) + leaver)));
        await(Future.all(writes));
        group.start(leaver);
      }
      String all =
          await(client.query("ledger", Buffer.buffer(), ReadLevel.LINEARIZABLE)).toString();
      assertThat(all).startsWith("before,");
      assertThat(all.split(",")).hasSize(304).doesNotHaveDuplicates();
      assertThat(group.read("a", ReadLevel.LINEARIZABLE)).isEqualTo(all);
      await(client.close());
    } finally {
      await(outside.close());
    }
  }

  /**
   * What happens after a cut that was taken for a death, when a late removal follows the return.
   */
  @Test
  void aMemberThatTheClusterManagerHasForgottenIsFoundAgain() {
    try (Group group = new Group(NAMES, nodes, directory, new SynodOptions()).start()) {
      await(group.write("a", "before"));
      VertxInternal b = (VertxInternal) nodes.get("b");
      String id = b.clusterManager().getNodeId();
      HazelcastInstance hazelcast =
          ((HazelcastClusterManager) b.clusterManager()).getHazelcastInstance();
      hazelcast.getMap("__vertx.nodeInfo").remove(id);
      MultiMap<String, HazelcastRegistrationInfo> addresses = hazelcast.getMultiMap("__vertx.subs");
      for (String address : List.copyOf(addresses.keySet())) {
        for (HazelcastRegistrationInfo registration : addresses.get(address)) {
          if (registration.unwrap().nodeId().equals(id)) {
            addresses.remove(address, registration);
          }
        }
      }

      group.stop("c"); // so that nothing can be decided without b
      await(group.write("a", "after"));
      await(group.write("b", "and from b"));
      assertThat(hazelcast.getMap("__vertx.nodeInfo").containsKey(id)).isTrue();
      assertThat(addresses.values())
          .filteredOn(registration -> registration.unwrap().nodeId().equals(id))
          .as("each role once")
          .hasSize(3);
    }
  }
}
