package dev.synod.vertx.impl.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Round-trip times from a leader to each member, from the replies to about ten heartbeats per
 * second. Used on the member's context.
 */
final class HeartbeatRoundTrips {
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Weight of a new sample in the smoothed value. */
  private static final double WEIGHT = 0.125;

  private final Map<String, Double> millis = new TreeMap<>();
  private Ballot ballot = Ballot.NONE;
  private long number;
  private long sentAt = System.nanoTime() - PROBE_NANOS;

  /** Records that a heartbeat was sent to a member. */
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

  /** Records the reply to a heartbeat. */
  void answered(String from, HeartbeatAck ack) {
    if (ack.number() == number && ack.ballot().equals(ballot)) {
      double took = (System.nanoTime() - sentAt) / 1e6;
      millis.merge(from, took, (old, now) -> old + WEIGHT * (now - old));
    }
  }

  /** Drops the time of a member that has left. */
  void forget(String member) {
    millis.remove(member);
  }

  /** Returns the smoothed times to the given members, in milliseconds with three decimals. */
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
