package dev.synod.bench.peers;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.MinMulticastFlowControlSupplier;
import io.aeron.driver.ThreadingMode;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NoOpLock;

/**
 * Aeron Cluster as its tutorial sets it up: shared threads, their default idle strategy, the log in
 * the archive, UDP over loopback. Durable means {@code fileSyncLevel} 1: data is forced.
 */
final class AeronPeer implements Group.Loaded {
  private static final int PORTS = 5;
  private static final String HOST = "127.0.0.1";

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final AeronClient client;

  private AeronPeer(Scenario scenario, Path directory) throws Exception {
    int members = scenario.members();
    List<Integer> ports = Ports.reserve(members * PORTS);
    StringBuilder all = new StringBuilder();
    List<String> ingress = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      all.append(i);
      for (int j = 0; j < PORTS; j++) {
        all.append(',').append(HOST).append(':').append(ports.get(i * PORTS + j));
      }
      all.append('|');
      ingress.add(i + "=" + HOST + ":" + ports.get(i * PORTS));
    }
    int sync = scenario.durability().equals("FSYNC") ? 1 : 0;
    for (int i = 0; i < members; i++) {
      int archivePort = ports.get(i * PORTS + PORTS - 1);
      member(i, all.toString(), archivePort, directory.resolve("n" + i).toFile(), sync);
    }
    client =
        new AeronClient(
            new AeronCluster.Context()
                .aeronDirectoryName(driver(directory.resolve("n0").toFile()))
                .ingressChannel("aeron:udp")
                .ingressEndpoints(String.join(",", ingress))
                .egressChannel("aeron:udp?endpoint=" + HOST + ":0"));
  }

  static AeronPeer open(Scenario scenario, Path directory) throws Exception {
    return new AeronPeer(scenario, directory);
  }

  /** Its buffers are files in memory, where it recommends them; its log is on our disk. */
  private static String driver(File base) {
    return "/dev/shm/synod-bench-" + ProcessHandle.current().pid() + "-" + base.getName();
  }

  private void member(int number, String members, int archivePort, File base, int sync) {
    ErrorHandler errors = wrong -> System.err.println("aeron " + number + ": " + wrong);
    String driver = driver(base);
    MediaDriver.Context media =
        new MediaDriver.Context()
            .aeronDirectoryName(driver)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(ThreadingMode.SHARED)
            .termBufferSparseFile(true)
            .multicastFlowControlSupplier(new MinMulticastFlowControlSupplier())
            .errorHandler(errors);
    Archive.Context archive =
        new Archive.Context()
            .aeronDirectoryName(driver)
            .archiveDir(new File(base, "archive"))
            .controlChannel("aeron:udp?endpoint=" + HOST + ":" + archivePort)
            .archiveClientContext(
                new AeronArchive.Context()
                    .controlResponseChannel("aeron:udp?endpoint=" + HOST + ":0"))
            .localControlChannel("aeron:ipc?term-length=64k")
            .replicationChannel("aeron:udp?endpoint=" + HOST + ":0")
            .recordingEventsEnabled(false)
            .fileSyncLevel(sync)
            .catalogFileSyncLevel(sync)
            .threadingMode(ArchiveThreadingMode.SHARED)
            .errorHandler(errors);
    AeronArchive.Context local =
        new AeronArchive.Context()
            .lock(NoOpLock.INSTANCE)
            .controlRequestChannel(archive.localControlChannel())
            .controlRequestStreamId(archive.localControlStreamId())
            .controlResponseChannel(archive.localControlChannel())
            .aeronDirectoryName(driver);
    File cluster = new File(base, "cluster");
    ConsensusModule.Context consensus =
        new ConsensusModule.Context()
            .clusterMemberId(number)
            .clusterMembers(members)
            .clusterDir(cluster)
            .fileSyncLevel(sync)
            .ingressChannel("aeron:udp")
            .replicationChannel("aeron:udp?endpoint=" + HOST + ":0")
            .archiveContext(local.clone())
            .errorHandler(errors);
    ClusteredServiceContainer.Context service =
        new ClusteredServiceContainer.Context()
            .aeronDirectoryName(driver)
            .archiveContext(local.clone())
            .clusterDir(cluster)
            .clusteredService(new AeronService())
            .errorHandler(errors);
    parts.add(0, ClusteredMediaDriver.launch(media, archive, consensus));
    parts.add(0, ClusteredServiceContainer.launch(service));
  }

  @Override
  public Executor starter() {
    return client;
  }

  @Override
  public Operation operation(Step step) {
    return client.operation(step.valueBytes());
  }

  @Override
  public void close() {
    client.close();
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception wrong) {
        System.err.println("closing aeron: " + wrong);
      }
    }
  }
}
