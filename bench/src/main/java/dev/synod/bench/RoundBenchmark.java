package dev.synod.bench;

import dev.synod.data.ReplicatedMap;
import dev.synod.storage.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * A round: a small key with 100 bytes put into a replicated map, at the leader's node, until the
 * caller there has the answer. Three members over the clustered event bus.
 */
public class RoundBenchmark extends LoopBenchmark {
  private static final int MEMBERS = 3;
  private static final int KEYS = 1_000;

  @Param({"MEMORY", "FSYNC"})
  public Durability durability = Durability.MEMORY;

  @Param({"1", "64", "1024"})
  public int outstanding;

  /**
   * Whose context the caller is on: {@code own} as a verticle of the application, {@code member}
   * that of the member itself.
   */
  @Param("own")
  public String caller = "own";

  /** See {@link SynodOptions#setMaxBatchBytes}; by default what members have by default. */
  @Param("" + SynodOptions.DEFAULT_MAX_BATCH_BYTES)
  public int maxBatchBytes = SynodOptions.DEFAULT_MAX_BATCH_BYTES;

  private @Nullable Cluster cluster;
  private @Nullable Members members;
  private @Nullable DataDirectory directory;

  @Override
  ClosedLoop open() throws Exception {
    Cluster nodes = Cluster.start(MEMBERS);
    cluster = nodes;
    DataDirectory data = DataDirectory.create();
    directory = data;
    Members group = Members.start(nodes, options(), data.path());
    members = group;
    int leader = group.leader();
    Synod synod = group.member(leader);
    Context context = caller.equals("member") ? synod.context() : nodes.context(leader);
    ReplicatedMap<Buffer> map = ReplicatedMap.of(synod, "bench", Buffer.class);
    String[] keys = IntStream.range(0, KEYS).mapToObj(i -> "key-" + i).toArray(String[]::new);
    Buffer value = Buffer.buffer(new byte[PAYLOAD]);
    return new ClosedLoop(
        context,
        outstanding,
        (number, ticket) -> map.put(keys[(int) (number % KEYS)], value).onComplete(ticket));
  }

  private SynodOptions options() {
    return new SynodOptions().setDurability(durability).setMaxBatchBytes(maxBatchBytes);
  }

  @Override
  void close() throws Exception {
    if (members != null) {
      members.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (directory != null) {
      directory.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(TAKEN)
  public void put(Latency latency) {
    take(latency);
  }
}
