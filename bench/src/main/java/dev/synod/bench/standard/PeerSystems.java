package dev.synod.bench.standard;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Scenario;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The systems that stand beside ours: which loads each gets, and whether it is there. They are in a
 * jar of their own, so that nothing of theirs comes into the product.
 */
public final class PeerSystems {
  public static final String AERON = "Aeron Cluster";
  public static final String JRAFT = "SOFAJRaft";
  public static final String RATIS = "Apache Ratis";
  public static final String ZOOKEEPER = "ZooKeeper";
  public static final String ETCD = "etcd";
  public static final String HAZELCAST = "Hazelcast IMap";
  public static final String MICRORAFT = "MicroRaft";

  public static final String MAIN = "dev.synod.bench.peers.PeerMain";

  /** How a peer without a network stands in a report. */
  static final String METHOD_CALLS = "method calls";

  private static final String JAR = "synod-bench-peers.jar";

  private PeerSystems() {}

  /** All their scenarios, whether they are there or not. */
  public static List<Scenario> scenarios(StandardSet set) {
    List<Scenario> all = new ArrayList<>();
    all.add(set.peer(AERON, "", "FSYNC", 3, true));
    all.add(set.peer(JRAFT, "", "FSYNC", 3, true));
    all.add(set.peer(ZOOKEEPER, "", "FSYNC", 3, false));
    all.add(set.peer(ETCD, "own processes", "FSYNC", 3, false));
    all.add(set.peer(RATIS, "", "FSYNC", 3, false));
    all.add(set.peer(MICRORAFT, "method calls, SQLite", "FSYNC", 3, false));
    all.add(set.peer(AERON, "", "MEMORY", 3, false));
    all.add(set.peer(JRAFT, "", "MEMORY", 3, false));
    all.add(set.peer(HAZELCAST, "2 sync backups, no consensus", "MEMORY", 3, false));
    all.add(set.peer(MICRORAFT, METHOD_CALLS, "MEMORY", 3, true));
    for (String system : List.of(AERON, JRAFT, ZOOKEEPER, ETCD)) {
      all.add(
          set.peer(
              system,
              system.equals(ETCD) ? "own processes" : "",
              "FSYNC",
              5,
              system.equals(AERON) || system.equals(JRAFT)));
    }
    return all;
  }

  /** What must be on the class path of a peer's process; empty: not built. */
  public static String classPath() {
    String given = System.getProperty("synod.bench.peers");
    Path jar =
        given != null
            ? Path.of(given)
            : DataDirectory.besideTheCode().resolve("../peers/target/" + JAR).normalize();
    return Files.isRegularFile(jar) ? jar.toAbsolutePath().toString() : "";
  }

  /** Why a peer cannot be measured here, and what to do; empty if it can. */
  public static String missing(Scenario scenario) {
    if (classPath().isEmpty()) {
      return "the peers are not built: mvn -Ppeers -DskipTests package";
    }
    if (scenario.system().equals(ETCD) && !isOnPath("etcd")) {
      return "there is no etcd on this machine: apt-get install etcd-server";
    }
    return "";
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
