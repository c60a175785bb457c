package dev.synod.simulation.cluster;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.host.Host;
import dev.synod.core.member.Member;
import dev.synod.simulation.oracle.CheckedStateMachine;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.world.MachineClock;
import dev.synod.simulation.world.Violation;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests of one incarnation of a member, with the callbacks for their outcomes. */
final class PendingCalls {
  private final String name;
  private final NodeProcess machine;
  private final MachineClock clock;
  private final Oracle oracle;
  private final Cluster cluster;
  private final Map<Long, Consumer<Outcome>> submitted = new HashMap<>();
  private final Map<Long, BiConsumer<Member, Outcome>> reading = new HashMap<>();

  PendingCalls(
      String name, NodeProcess machine, MachineClock clock, Oracle oracle, Cluster cluster) {
    this.name = name;
    this.machine = machine;
    this.clock = clock;
    this.oracle = oracle;
    this.cluster = cluster;
  }

  /** See {@link SimulatedNode#submit}. */
  void submit(long number, byte[] command, Consumer<Outcome> callback) {
    machine.request(
        member -> {
          byte[] watched = CheckedStateMachine.command(number, command);
          cluster.submitted(watched.length);
          long sequence = member.submit(watched);
          if (sequence == 0) {
            callback.accept(new Outcome.Busy());
          } else {
            submitted.put(sequence, callback);
          }
        });
  }

  /** See {@link SimulatedNode#read}. */
  void read(ReadLevel level, byte[] question, Consumer<SimulatedNode.@Nullable Answer> callback) {
    long atLeast = oracle.acknowledgedSlot();
    machine.request(
        member -> {
          long number = member.read(level);
          if (number == 0) {
            callback.accept(null);
            return;
          }
          reading.put(
              number,
              (reader, outcome) -> {
                if (outcome instanceof Outcome.ReadAt at) {
                  oracle.read(name, promised(reader, level, at, atLeast), at.slot());
                  callback.accept(
                      new SimulatedNode.Answer(at.used(), reader.query(ByteBuffer.wrap(question))));
                } else {
                  callback.accept(null);
                }
              });
        });
  }

  /** What such a read must have seen. */
  private long promised(Member member, ReadLevel level, Outcome.ReadAt at, long acknowledged) {
    if (at.slot() != member.replica().applied()) {
      throw new Violation(name + " says it reads at slot " + at.slot() + ", and does not");
    }
    return switch (at.used()) {
      case LINEARIZABLE, LEASE -> acknowledged;
      // Two moments that the clock shows as one millisecond may be almost two apart.
      case BOUNDED -> oracle.acknowledgedSlot(clock.before(level.bound() + 2));
      case NOT_BEFORE -> level.bound();
      case LOCAL -> 0;
    };
  }

  /** Ends the requests of a crashed member; the outcome of its commands is unknown. */
  void fail(Member member) {
    submitted.values().forEach(callback -> callback.accept(new Outcome.Unknown()));
    reading.values().forEach(callback -> callback.accept(member, new Outcome.NoQuorum()));
  }

  /** See {@link Host#complete}. */
  void complete(long sequence, Outcome outcome) {
    Consumer<Outcome> callback = submitted.remove(sequence);
    if (callback != null) {
      callback.accept(outcome);
    }
  }

  /** See {@link Host#completeReads}. */
  void completeReads(Member member, long first, long last, Outcome outcome) {
    for (long read = first; read <= last; read++) {
      BiConsumer<Member, Outcome> callback = reading.remove(read);
      if (callback != null) {
        callback.accept(member, outcome);
      }
    }
  }
}
