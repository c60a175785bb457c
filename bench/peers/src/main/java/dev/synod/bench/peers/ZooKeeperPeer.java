package dev.synod.bench.peers;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * ZooKeeper as its administrator's guide sets it up, with the transaction log on the disk that all
 * share here; data of a thousand nodes is set by its asynchronous client.
 */
final class ZooKeeperPeer implements Group.Loaded {
  private static final String ROOT = "/bench-";

  private final List<QuorumPeerMain> servers;
  private final ZooKeeper client;

  private ZooKeeperPeer(List<QuorumPeerMain> servers, ZooKeeper client) {
    this.servers = servers;
    this.client = client;
  }

  static ZooKeeperPeer open(Scenario scenario, Path directory) throws Exception {
    System.setProperty("zookeeper.admin.enableServer", "false");
    System.setProperty("zookeeper.jmx.log4j.disable", "true");
    int members = scenario.members();
    List<Integer> ports = Ports.reserve(3 * members);
    List<QuorumPeerMain> servers = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      Path own = Files.createDirectories(directory.resolve("n" + i));
      Files.writeString(own.resolve("myid"), "" + (i + 1));
      Properties properties = new Properties();
      properties.setProperty("dataDir", own.toString());
      properties.setProperty("clientPort", "" + ports.get(3 * i));
      properties.setProperty("clientPortAddress", "127.0.0.1");
      properties.setProperty("tickTime", "2000");
      properties.setProperty("initLimit", "10");
      properties.setProperty("syncLimit", "5");
      properties.setProperty("maxClientCnxns", "0");
      for (int j = 0; j < members; j++) {
        properties.setProperty(
            "server." + (j + 1), "127.0.0.1:" + ports.get(3 * j + 1) + ":" + ports.get(3 * j + 2));
      }
      addresses.add("127.0.0.1:" + ports.get(3 * i));
      servers.add(start(i, properties));
    }
    ZooKeeper client = new ZooKeeper(String.join(",", addresses), 30_000, event -> {});
    Until.is("ensemble", () -> client.getState() == ZooKeeper.States.CONNECTED);
    for (int i = 0; i < Puts.keys(); i++) {
      client.create(
          ROOT + Puts.key(i), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
    return new ZooKeeperPeer(servers, client);
  }

  private static QuorumPeerMain start(int number, Properties properties) throws Exception {
    QuorumPeerConfig config = new QuorumPeerConfig();
    config.parseProperties(properties);
    QuorumPeerMain server = new QuorumPeerMain();
    Thread thread =
        new Thread(
            () -> {
              try {
                server.runFromConfig(config);
              } catch (Exception wrong) {
                wrong.printStackTrace(System.err);
              }
            },
            "zookeeper-" + number);
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Override
  public Executor starter() {
    return Runnable::run;
  }

  @Override
  public Operation operation(Step step) {
    byte[] value = new byte[step.valueBytes()];
    return ticket -> {
      StatCallback done =
          (code, path, context, stat) -> {
            if (code == KeeperException.Code.OK.intValue()) {
              ticket.end();
            } else {
              ticket.fail(KeeperException.create(KeeperException.Code.get(code), path));
            }
          };
      return number -> client.setData(ROOT + Puts.key(number), value, -1, done, null);
    };
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    servers.forEach(QuorumPeerMain::close);
  }
}
