package dev.synod.bench.peers;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.ScenarioRunner;

/** Measures one peer in this process; {@code standard} starts it. */
public final class PeerMain {
  private PeerMain() {}

  /** Runs the scenario that is given as JSON, and ends the process. */
  public static void main(String[] arguments) throws Exception {
    ScenarioRunner.main(arguments[0], PeerMain::open);
  }

  /** Sets up the peer that a scenario names. */
  static Group open(Scenario scenario, DataDirectory directory) throws Exception {
    return switch (scenario.system()) {
      case "Aeron Cluster" -> AeronPeer.open(scenario, directory.path());
      case "SOFAJRaft" -> JRaftPeer.open(scenario, directory.path());
      case "Apache Ratis" -> RatisPeer.open(scenario, directory.path());
      case "ZooKeeper" -> ZooKeeperPeer.open(scenario, directory.path());
      case "etcd" -> EtcdPeer.open(scenario, directory.path());
      case "Hazelcast IMap" -> HazelcastPeer.open(scenario);
      case "MicroRaft" -> MicroRaftPeer.open(scenario, directory.path());
      default -> throw new IllegalArgumentException("no peer is called " + scenario.system());
    };
  }
}
