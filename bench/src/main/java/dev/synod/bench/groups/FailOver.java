package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.data.ReplicatedMap;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long a group decides nothing when its leader is gone: all messages from and to the leader are
 * lost from one moment on, and at that moment a surviving member is given a command. Then the lost
 * one comes back, and follows. The window's {@code times} is how often.
 */
final class FailOver implements Group {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Cluster nodes;
  private final Members members;

  private FailOver(Cluster nodes, Members members) {
    this.nodes = nodes;
    this.members = members;
  }

  static FailOver open(Scenario scenario, DataDirectory directory) throws Exception {
    Cluster nodes = Cluster.start(scenario.members());
    SynodOptions options = SynodGroup.options(scenario);
    return new FailOver(nodes, Members.start(nodes, scenario.members(), options, directory.path()));
  }

  @Override
  public List<Measure> measure(Step step) {
    Histogram took = new Histogram(LONGEST_NANOS, 3);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < step.window().times(); i++) {
      int leader = settle();
      Synod survivor = members.member((leader + 1 + i % (members.size() - 1)) % members.size());
      Runnable heal = MessageFilter.cutOff(nodes.node(leader));
      long began = System.nanoTime();
      try {
        Cluster.await(map(survivor).put("key", Buffer.buffer(new byte[step.valueBytes()])));
      } finally {
        heal.run();
      }
      long nanos = System.nanoTime() - began;
      took.recordValue(nanos);
      seconds.add(nanos / 1e9);
    }
    double sum = seconds.stream().mapToDouble(Double::doubleValue).sum();
    return List.of(Measure.of(took, sum, 0, 0));
  }

  /** Waits until every member follows one leader and has applied what it has. */
  private int settle() {
    for (int i = 0; i < members.size(); i++) {
      Cluster.await(map(members.member(i)).put("settled", Buffer.buffer()));
    }
    return members.leader();
  }

  private static ReplicatedMap<Buffer> map(Synod member) {
    return ReplicatedMap.of(member, "bench", Buffer.class);
  }

  @Override
  public void close() {
    members.close();
    nodes.close();
  }
}
