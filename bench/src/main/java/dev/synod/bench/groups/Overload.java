package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Driver;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Measure;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.data.ReplicatedMap;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The goodput of a group under more load than it can bear, and after it. The first step measures
 * the capacity in a closed loop. The others offer a multiple of it at a fixed rate, whatever
 * becomes of the commands; a command counts if it is acknowledged, and its latency counts from the
 * moment at which it was due. Each step begins where the one before it ended, with all that still
 * waits. Every step offers its commands at all members in turn, because a command costs more at a
 * follower than at the leader.
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

  /** The callers of each member, on the node of that member. */
  private final List<Context> callers = new ArrayList<>();

  private final List<ReplicatedMap<Buffer>> maps = new ArrayList<>();
  private final AtomicLong number = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Recorder recorder = new Recorder(LONGEST_NANOS, 3);
  private double capacity;
  private int prepared;
  private int begun;

  private Overload(Cluster nodes, Members members) {
    this.nodes = nodes;
    this.members = members;
    for (int i = 0; i < members.size(); i++) {
      callers.add(nodes.context(i));
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
        Buffer value = Buffer.buffer(new byte[step.valueBytes()]);
        List<Measure> measures =
            Driver.run(
                ticket -> {
                  int member = prepared++ % maps.size();
                  Completable<Object> end = BusFloor.ending(ticket);
                  return each -> put(member, value).onComplete(end);
                },
                task -> callers.get(begun++ % maps.size()).runOnContext(start -> task.run()),
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
      long due = (long) (passed * perSecond / 1e9);
      for (int member = 0; member < maps.size(); member++) {
        int count = (int) ((due - offered + member) / maps.size());
        if (count > 0 && underWay.addAndGet(count) <= MOST_UNDER_WAY) {
          begin(member, count, began + passed, value);
        } else {
          underWay.addAndGet(-count);
        }
      }
      offered = due;
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void begin(int member, int count, long due, Buffer value) {
    callers
        .get(member)
        .runOnContext(
            start -> {
              for (int i = 0; i < count; i++) {
                put(member, value)
                    .onComplete(
                        ended -> {
                          underWay.decrementAndGet();
                          if (ended.succeeded()) {
                            recorder.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
                          }
                        });
              }
            });
  }

  private Future<Void> put(int member, Buffer value) {
    String key = "key-" + number.getAndIncrement() % KEYS;
    return maps.get(member).put(key, value).mapEmpty();
  }

  @Override
  public void close() {
    members.close();
    nodes.close();
  }
}
