package dev.synod.vertx;

import dev.synod.storage.metrics.LatencyHistogram;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * Measurements and alarms of a member, taken twice a second on its event loop; see {@link
 * Synod#vitals}. Immutable.
 *
 * @param canCommit see {@link Status#canCommit}
 * @param canElect see {@link Status#canElect}
 * @param couldStop whether the group could elect another leader if this member stopped now
 * @param leads whether this member leads
 * @param caughtUp whether this member has applied every slot that was chosen when it first heard a
 *     leader after its start
 * @param reachable reachable acceptors, see {@link Status#reachable}
 * @param known highest slot that this member has heard to be chosen
 * @param applied highest slot up to which this member has applied every slot
 * @param commands number of commands of this member's callers that have no result yet
 * @param waitingBytes size of the commands that wait at this leader for a slot, in bytes
 * @param inFlight number of slots that this leader has proposed and does not know to be chosen
 * @param diskBytes size of the records that wait for this member's disk, in bytes
 * @param busy number of requests that failed with {@link SynodException.Busy} since the start
 * @param force latency of a log force; empty unless the durability is FSYNC
 * @param round latency from Accept to chosen of each slot, measured by a leader
 * @param roundTrips smoothed round-trip time to each member in milliseconds, measured by a leader
 * @param sent event-bus traffic since the start
 * @param badFrames number of malformed frames that were dropped since the start
 * @param alarms active alarms, the oldest first
 */
public record Vitals(
    boolean canCommit,
    boolean canElect,
    boolean couldStop,
    boolean leads,
    boolean caughtUp,
    List<String> reachable,
    long known,
    long applied,
    int commands,
    long waitingBytes,
    int inFlight,
    long diskBytes,
    long busy,
    Latency force,
    Latency round,
    Map<String, Double> roundTrips,
    Sent sent,
    long badFrames,
    List<Alarm> alarms) {
  /** The vitals of a member before its first measurement. */
  public static final Vitals NONE =
      new Vitals(
          false,
          false,
          false,
          false,
          false,
          List.of(),
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          Latency.NONE,
          Latency.NONE,
          Map.of(),
          Sent.NONE,
          0,
          List.of());

  /**
   * Latency distribution.
   *
   * @param all samples since the start
   * @param recent samples of the last ten to twenty seconds
   */
  public record Latency(LatencyHistogram.Snapshot all, LatencyHistogram.Snapshot recent) {
    /** The empty distribution. */
    public static final Latency NONE =
        new Latency(LatencyHistogram.Snapshot.NONE, LatencyHistogram.Snapshot.NONE);

    /**
     * Returns count, p50, p99 and max of the recent samples as JSON, in milliseconds; only the
     * count if there are no samples.
     */
    JsonObject toJson() {
      long count = recent.count();
      JsonObject json = new JsonObject().put("count", count);
      return count == 0
          ? json
          : json.put("p50", millis(0.5)).put("p99", millis(0.99)).put("max", millis(1));
    }

    /**
     * Returns a percentile of the recent samples, in milliseconds; 0 if there are no samples.
     *
     * @param share percentile as a fraction, from 0 to 1
     */
    public double millis(double share) {
      return Math.round(recent.percentile(share) / 1e3) / 1e3;
    }
  }

  /**
   * Outgoing event-bus traffic of a member.
   *
   * @param frames number of frames sent
   * @param messages number of messages in these frames
   * @param drops number of messages that were dropped, for each reason, in a fixed order: {@code
   *     window} (too many were in flight), {@code backOff} (the target could not be reached shortly
   *     before), {@code tooLarge}, {@code repeated} (an equal large message still waited), {@code
   *     incomplete} (a part of a received large message was lost), {@code disk} (a received
   *     proposal found this member's disk too far behind), {@code notAdmitted} (the sender is not
   *     in the group)
   */
  public record Sent(long frames, long messages, Map<String, Long> drops) {
    /** Reasons for which a message is dropped. */
    public static final List<String> REASONS =
        List.of("window", "backOff", "tooLarge", "repeated", "incomplete", "disk", "notAdmitted");

    /** No traffic. */
    public static final Sent NONE = new Sent(0, 0, Map.of());

    public Sent {
      drops = Map.copyOf(drops);
    }

    /** Returns the number of messages that were dropped for that reason. */
    public long dropped(String reason) {
      return drops.getOrDefault(reason, 0L);
    }
  }

  /**
   * Returns the number of slots by which this member is behind the highest slot that it knows to be
   * chosen.
   */
  public long lag() {
    return known - applied;
  }

  /** Returns a copy with these alarms. */
  public Vitals with(List<Alarm> alarms) {
    return new Vitals(
        canCommit,
        canElect,
        couldStop,
        leads,
        caughtUp,
        reachable,
        known,
        applied,
        commands,
        waitingBytes,
        inFlight,
        diskBytes,
        busy,
        force,
        round,
        roundTrips,
        sent,
        badFrames,
        alarms);
  }

  /** Adds the vitals to the JSON of {@code GET /api/v1/status}. */
  JsonObject into(JsonObject json) {
    JsonArray words = new JsonArray();
    alarms.forEach(alarm -> words.add(alarm.toJson()));
    JsonObject trips = new JsonObject();
    roundTrips.forEach(trips::put);
    JsonObject drops = new JsonObject();
    Sent.REASONS.forEach(reason -> drops.put(reason, sent.dropped(reason)));
    return json.put("caughtUp", caughtUp)
        .put("lag", lag())
        .put("alarms", words)
        .put("force", force.toJson())
        .put("round", round.toJson())
        .put("roundTrips", trips)
        .put("dropped", drops.put("unreadable", badFrames))
        .put(
            "queues",
            new JsonObject()
                .put("commands", commands)
                .put("waitingBytes", waitingBytes)
                .put("inFlight", inFlight)
                .put("diskBytes", diskBytes)
                .put("busy", busy));
  }
}
