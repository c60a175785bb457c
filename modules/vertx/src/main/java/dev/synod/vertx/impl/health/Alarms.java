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
 * Which states have lasted long enough to be told to somebody. Each is logged once when it begins
 * and once when it ends: what comes and goes within seconds, such as an election, is not told, and
 * what comes back within seconds has never ended. On one thread.
 */
final class Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  /** How long a state must last to be told. */
  static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long it must be gone to be over. */
  static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Something that is so at this look. */
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

  /** Whether that was told, and is not over. */
  boolean isTold(String code) {
    State state = states.get(code);
    return state != null && state.told;
  }

  /**
   * Takes what a look has found.
   *
   * @param now nanoseconds of a monotonic clock
   * @param time the same moment, for people
   * @return what is told now, the oldest first
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
            "Member {}: over after {} s: {}",
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
