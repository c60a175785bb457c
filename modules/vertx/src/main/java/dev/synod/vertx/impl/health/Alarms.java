package dev.synod.vertx.impl.health;

import dev.synod.vertx.Alarm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that have lasted long enough to be reported. Each fault is logged once when it begins
 * and once when it ends. A fault that ends within seconds, such as an election, is not reported; a
 * fault that returns within seconds counts as one. Not thread-safe.
 */
final class Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  /** Duration after which a fault is reported. */
  static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Duration without the fault after which it is over. */
  static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A fault found by one measurement. */
  record Finding(String code, String text) {}

  private static final class State {
    final long began;
    final Instant since;
    long seen;
    String text;
    boolean told;

    State(long now, Instant since, String text) {
      this.began = now;
      this.since = since;
      this.text = text;
    }
  }

  private final String member;
  private final Map<String, State> states = new LinkedHashMap<>();

  Alarms(String member) {
    this.member = member;
  }

  /** Tells whether the fault is reported and not over. */
  boolean isTold(String code) {
    State state = states.get(code);
    return state != null && state.told;
  }

  /**
   * Updates the alarms with the faults of one measurement.
   *
   * @param now nanoseconds of a monotonic clock
   * @param time wall-clock time of the same moment, for people
   * @return active alarms, the oldest first
   */
  List<Alarm> look(List<Finding> findings, long now, Instant time) {
    for (Finding finding : findings) {
      State state =
          states.computeIfAbsent(finding.code(), code -> new State(now, time, finding.text()));
      state.seen = now;
      state.text = finding.text();
      if (!state.told && now - state.began >= BEGIN_NANOS) {
        state.told = true;
        LOG.warn("Member {}: {}", member, state.text);
      }
    }
    List<Alarm> told = new ArrayList<>();
    for (Iterator<Map.Entry<String, State>> all = states.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, State> of = all.next();
      State state = of.getValue();
      if (!state.told && state.seen != now) {
        all.remove();
      } else if (state.told && now - state.seen >= END_NANOS) {
        all.remove();
        LOG.info(
            "Member {}: ended after {} s: {}",
            member,
            TimeUnit.NANOSECONDS.toSeconds(state.seen - state.began),
            state.text);
      } else if (state.told) {
        told.add(new Alarm(of.getKey(), state.since, state.text));
      }
    }
    return List.copyOf(told);
  }
}
