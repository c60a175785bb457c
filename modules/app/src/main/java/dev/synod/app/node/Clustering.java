package dev.synod.app.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.vertx.config.ExposureCheck;
import dev.synod.vertx.config.TlsOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A clustered Vert.x instance with settings for a group of Synod: the defaults of Hazelcast and of
 * the event bus need a minute to detect a lost node, these settings need seconds. Applications may
 * copy this class, which depends only on {@link ClusterOptions}.
 *
 * <p>Safety does not depend on the cluster. Synod itself decides on members, leader and liveness;
 * the cluster only carries messages.
 */
public final class Clustering {
  /** How long an attempt to reach another node's event bus may take. */
  private static final int CONNECT_MILLIS = 1_500;

  /** How often a silent connection is tried, and how long the answer may take. */
  private static final int PING_MILLIS = 2_000;

  private Clustering() {}

  /**
   * Joins the cluster.
   *
   * @param port the one that Hazelcast listens on, also where the options leave it to the system
   */
  public record Started(Vertx vertx, int port) {}

  /** Starts a Vert.x that is a node of the cluster. */
  public static Future<Started> start(ClusterOptions options) {
    Config config;
    try {
      checkAddress(options);
      config = hazelcast(options);
    } catch (CommandFailure wrong) {
      return Future.failedFuture(wrong);
    }
    HazelcastClusterManager manager = new HazelcastClusterManager(config);
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(eventBus(options)))
        .withClusterManager(manager)
        .buildClustered()
        .map(
            vertx ->
                new Started(
                    vertx,
                    manager
                        .getHazelcastInstance()
                        .getCluster()
                        .getLocalMember()
                        .getAddress()
                        .getPort()))
        .recover(failure -> Future.failedFuture(refused(options, failure)));
  }

  /** What the event bus needs to lose no time over nodes that are gone. */
  static EventBusOptions eventBus(ClusterOptions options) {
    EventBusOptions bus = new EventBusOptions();
    bus.setHost(options.host()).setPort(options.eventBusPort());
    bus.setConnectTimeout(CONNECT_MILLIS);
    bus.setClusterPingInterval(PING_MILLIS).setClusterPingReplyInterval(PING_MILLIS);
    bus.setTcpNoDelay(true);
    TlsOptions tls = options.tls();
    if (tls != null) {
      // Both ways: a node shows its certificate to those it connects to, and asks for theirs.
      tls.applyTo(bus);
    }
    return bus;
  }

  /** What stands half open, in words. */
  public static List<String> halfOpen(ClusterOptions options) {
    List<String> open = new ArrayList<>(ExposureCheck.of(eventBus(options)));
    if (!ExposureCheck.isLoopback(options.host())) {
      open.add(
          String.format(
                  Locale.ROOT,
                  "Hazelcast's open edition has no TLS and listens without authentication: a process that reaches port %d of %s",
                  options.port(),
                  options.host())
              + " can mislead the nodes about each other's addresses; let only the nodes reach it");
    }
    return open;
  }

  /** What Hazelcast needs for that, and what Vert.x needs of Hazelcast. */
  static Config hazelcast(ClusterOptions options) {
    Config config = new Config().setClusterName(options.name());
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        // Vert.x closes Hazelcast itself, after the last word of those who use it.
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
        .setProperty("hazelcast.socket.connect.timeout.seconds", "2")
        .setProperty("hazelcast.connection.monitor.max.faults", "1")
        // Vert.x asks it where an address is; behind a cut such a question would wait for a minute,
        // and with it all that is to be sent there, though the cut is mended long since.
        .setProperty("hazelcast.operation.call.timeout.millis", "3000")
        // And one about data of a node that is gone would be repeated 250 times, for two minutes.
        .setProperty("hazelcast.invocation.max.retry.count", "20")
        // The members are listed, so the first one joins without waiting for others.
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        // Nodes that started apart find each other within seconds, not after five minutes.
        .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
        // Registrations are republished by Vert.x; waiting long to hand over copies gains nothing.
        .setProperty("hazelcast.graceful.shutdown.max.wait", "3")
        // Without it, Hazelcast listens on all addresses of the machine.
        .setProperty("hazelcast.socket.bind.any", "false");
    // As in vertx-hazelcast's own default-cluster.xml.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    network(config.getNetworkConfig(), options);
    return config;
  }

  private static void network(NetworkConfig network, ClusterOptions options) {
    // A node that was killed comes back on its port while old connections to it still linger.
    network.setPort(options.port()).setPortAutoIncrement(false).setReuseAddress(true);
    network.getInterfaces().setEnabled(true).addInterface(address(options).getHostAddress());
    JoinConfig join = network.getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
    options.members().forEach(join.getTcpIpConfig()::addMember);
  }

  private static InetAddress address(ClusterOptions options) {
    try {
      return InetAddress.getAllByName(options.host())[0];
    } catch (UnknownHostException unknown) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          String.format(
              Locale.ROOT, "cluster.host: \"%s\" is not known to this machine", options.host()));
    }
  }

  /** Names the option that keeps Hazelcast from listening, if that is what has failed. */
  private static CommandFailure refused(ClusterOptions options, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new CommandFailure(
            ExitCode.IO,
            String.format(
                    Locale.ROOT,
                    "cluster.port: port %d of %s is in use by another process",
                    options.port(),
                    options.host())
                + String.format(
                    Locale.ROOT,
                    " (%s). Stop that process, or take another port here and in every node's",
                    cause.getMessage())
                + " cluster.members");
      }
    }
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "the cluster cannot be joined, start this again in a moment: " + failure.getMessage());
  }

  private static void checkAddress(ClusterOptions options) {
    try {
      if (NetworkInterface.getByInetAddress(address(options)) != null) {
        return;
      }
    } catch (SocketException unknown) {
      // The machine lists no interfaces, so Hazelcast finds out.
      return;
    }
    throw new CommandFailure(
        ExitCode.IO,
        String.format(
            Locale.ROOT, "cluster.host: %s is no address of this machine", options.host()));
  }
}
