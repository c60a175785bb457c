package dev.synod.vertx.impl.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from a leader to each member and back: the answers to one of its beats, some
 * ten times a second. On the member's context.
 */
final class HeartbeatRoundTrips {
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Of a new measurement, in the smoothed value. */
  private static final double WEIGHT = 0.125;

  private final Map<String, Double> millis = new TreeMap<>();
  private Ballot ballot = Ballot.NONE;
  private long number;
  private long sentAt = System.nanoTime() - PROBE_NANOS;

  /** A beat leaves, to one of the members. */
  void sent(Heartbeat heartbeat) {
    if (heartbeat.number() == number && heartbeat.ballot().equals(ballot)) {
      return;
    }
    long now = System.nanoTime();
    if (now - sentAt >= PROBE_NANOS) {
      if (!heartbeat.ballot().equals(ballot)) {
        millis.clear();
      }
      ballot = heartbeat.ballot();
      number = heartbeat.number();
      sentAt = now;
    }
  }

  /** A beat was answered. */
  void answered(String from, HeartbeatAck ack) {
    if (ack.number() == number && ack.ballot().equals(ballot)) {
      double took = (System.nanoTime() - sentAt) / 1e6;
      millis.merge(from, took, (old, now) -> old + WEIGHT * (now - old));
    }
  }

  /** The smoothed times, in milliseconds with three digits, of the members that are given. */
  Map<String, Double> to(Iterable<String> members) {
    Map<String, Double> times = new TreeMap<>();
    for (String member : members) {
      Double time = millis.get(member);
      if (time != null) {
        times.put(member, Math.round(time * 1e3) / 1e3);
      }
    }
    return times;
  }
}
