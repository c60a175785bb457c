package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Driver;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.data.ReplicatedMap;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The goodput of a group under more load than it can bear, and after it. The first step measures
 * the capacity in a closed loop. The others offer a multiple of it at a fixed rate, at all members
 * in turn, whatever becomes of the commands; a command counts if it is acknowledged, and its
 * latency counts from the moment at which it was due. Each step begins where the one before it
 * ended, with all that still waits.
 */
final class Overload implements Group {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Commands under way beyond which no more are offered, so that the caller keeps its memory. */
  private static final int MOST_UNDER_WAY = 500_000;

  private static final int KEYS = 1_000;

  private final Cluster nodes;
  private final Members members;
  private final Context caller;
  private final List<ReplicatedMap<Buffer>> maps = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Recorder recorder = new Recorder(LONGEST_NANOS, 3);
  private double capacity;
  private long number;

  private Overload(Cluster nodes, Members members) {
    this.nodes = nodes;
    this.members = members;
    this.caller = nodes.context(members.leader());
    for (int i = 0; i < members.size(); i++) {
      maps.add(ReplicatedMap.of(members.member(i), "bench", Buffer.class));
    }
  }

  static Overload open(Scenario scenario, DataDirectory directory) throws Exception {
    Cluster nodes = Cluster.start(scenario.members());
    try {
      return new Overload(
          nodes,
          Members.start(nodes, scenario.members(), SynodGroup.options(scenario), directory.path()));
    } catch (RuntimeException | Error wrong) {
      nodes.close();
      throw wrong;
    }
  }

  @Override
  public List<Measure> measure(Step step) {
    return switch (step.operation()) {
      case "capacity" -> {
        Step put = new Step("put", step.valueBytes(), step.load(), step.window());
        List<Measure> measures =
            Driver.run(
                SynodGroup.operation(members.member(members.leader()), put),
                task -> caller.runOnContext(ignored -> task.run()),
                step.load(),
                step.window());
        capacity = measures.stream().mapToDouble(Measure::perSecond).max().orElseThrow();
        yield measures;
      }
      case "twice the capacity" -> offer(2 * capacity, step);
      case "half the capacity, afterwards" -> offer(capacity / 2, step);
      default -> throw new IllegalArgumentException("no operation " + step.operation());
    };
  }

  private List<Measure> offer(double perSecond, Step step) {
    Buffer value = Buffer.buffer(new byte[step.valueBytes()]);
    offerFor(step.window().warmUp(), perSecond, value);
    recorder.getIntervalHistogram();
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < step.window().times(); i++) {
      long began = System.nanoTime();
      offerFor(step.window().measured(), perSecond, value);
      Histogram took = recorder.getIntervalHistogram();
      while (took.getTotalCount() == 0 && System.nanoTime() - began < PATIENCE_NANOS) {
        LockSupport.parkNanos(PACE_NANOS);
        took.add(recorder.getIntervalHistogram());
      }
      measures.add(Measure.of(took, (System.nanoTime() - began) / 1e9, 0, 0));
    }
    return measures;
  }

  private void offerFor(double seconds, double perSecond, Buffer value) {
    long began = System.nanoTime();
    long length = (long) (seconds * 1e9);
    long offered = 0;
    for (long passed = 0; passed < length; passed = System.nanoTime() - began) {
      for (long due = (long) (passed * perSecond / 1e9); offered < due; offered++) {
        if (underWay.get() < MOST_UNDER_WAY) {
          begin(began + (long) (offered * 1e9 / perSecond), value);
        }
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void begin(long due, Buffer value) {
    underWay.incrementAndGet();
    long each = number++;
    maps.get((int) (each % maps.size()))
        .put("key-" + each % KEYS, value)
        .onComplete(
            ended -> {
              underWay.decrementAndGet();
              if (ended.succeeded()) {
                recorder.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
              }
            });
  }

  @Override
  public void close() {
    members.close();
    nodes.close();
  }
}
