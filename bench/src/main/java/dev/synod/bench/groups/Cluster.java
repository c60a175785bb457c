package dev.synod.bench.groups;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import dev.synod.fuzzing.Ports;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Several clustered Vert.x in this process, which speak over loopback. */
final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /**
   * Event loops of each node: the nodes share two cores, and more loops than cores would measure
   * the operating system's scheduler.
   */
  private static final int EVENT_LOOPS = Integer.getInteger("synod.bench.eventLoops", 1);

  private final List<Vertx> nodes = new ArrayList<>();

  private Cluster() {}

  /** A Vert.x without a cluster: what is in it speaks over the local event bus. */
  static Cluster local(int eventLoops) {
    Cluster cluster = new Cluster();
    cluster.nodes.add(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops)));
    return cluster;
  }

  /** One node of a cluster whose others are in other processes. */
  static Cluster member(String name, int port, List<Integer> ports) {
    Cluster cluster = new Cluster();
    cluster.nodes.add(node(hazelcast(name, port, ports)));
    return cluster;
  }

  static Cluster start(int size) {
    Cluster cluster = new Cluster();
    try {
      String name = "synod-bench-" + UUID.randomUUID();
      List<Integer> ports = Ports.reserve(size);
      for (int port : ports) {
        cluster.nodes.add(node(hazelcast(name, port, ports)));
      }
      return cluster;
    } catch (RuntimeException | Error wrong) {
      cluster.close();
      throw wrong;
    }
  }

  private static Vertx node(Config hazelcast) {
    VertxOptions options = new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS);
    options.getEventBusOptions().setHost(HOST);
    return await(
        Vertx.builder()
            .with(options)
            .withClusterManager(new HazelcastClusterManager(hazelcast))
            .buildClustered());
  }

  private static Config hazelcast(String name, int port, List<Integer> ports) {
    Config config = ConfigUtil.loadConfig().setClusterName(name);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.getJetConfig().setEnabled(false);
    NetworkConfig network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(HOST);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    ports.forEach(other -> join.getTcpIpConfig().addMember(HOST + ":" + other));
    return config;
  }

  /** The node of that member; one Vert.x may be that of all. */
  Vertx node(int number) {
    return nodes.get(number % nodes.size());
  }

  int size() {
    return nodes.size();
  }

  /** An event-loop context of that node, such as a verticle of an application would have. */
  Context context(int number) {
    return ((VertxInternal) node(number)).createEventLoopContext();
  }

  @Override
  public void close() {
    for (Vertx node : nodes) {
      await(node.close());
    }
    nodes.clear();
  }

  /** The result of a Future; for threads that may wait. */
  static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException("no end within a minute of what takes milliseconds", late);
    }
  }
}
