package dev.synod.vertx;

import dev.synod.storage.metrics.LatencyHistogram;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * What was measured of a member at its last look at itself, which it takes twice a second. Looking
 * costs the protocol nothing but a few counters: see {@link Synod#vitals}.
 *
 * @param canCommit see {@link Status#canCommit}
 * @param canElect see {@link Status#canElect}
 * @param couldStop another leader could be elected if this member were to stop now
 * @param leads whether this member leads
 * @param caughtUp it has applied all that was chosen when it first heard a leader after its start
 * @param reachable the acceptors within reach, see {@link Status#reachable}
 * @param known the highest slot that this member has heard to be chosen
 * @param applied every slot up to this one is applied here
 * @param commands of this member's callers that have no answer yet
 * @param waitingBytes of commands that wait at this leader for a slot
 * @param inFlight slots that this leader has proposed at and that are not known chosen
 * @param diskBytes that wait for this member's disk
 * @param busy how often a caller was refused as {@link SynodException.Busy}, since the start
 * @param force how long a force of the log takes; nothing is forced but in FSYNC
 * @param round as a leader: from Accept to chosen, of each slot
 * @param roundTrips as a leader: to each member and back, smoothed, in milliseconds
 * @param sent what went out over the event bus since the start
 * @param badFrames frames dropped because something was wrong with them, since the start
 * @param alarms what somebody should know of, the oldest first
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
  /** Of a member that has not looked yet. */
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
          new Sent(0, 0, 0),
          0,
          List.of());

  /**
   * How long something takes.
   *
   * @param all since the start
   * @param recent in the last ten to twenty seconds
   */
  public record Latency(LatencyHistogram.Snapshot all, LatencyHistogram.Snapshot recent) {
    /** Of what never happened. */
    public static final Latency NONE =
        new Latency(LatencyHistogram.Snapshot.NONE, LatencyHistogram.Snapshot.NONE);

    /** What was recent, in milliseconds; without numbers if nothing was. */
    JsonObject toJson() {
      long count = recent.count();
      JsonObject json = new JsonObject().put("count", count);
      return count == 0
          ? json
          : json.put("p50", millis(0.5)).put("p99", millis(0.99)).put("max", millis(1));
    }

    /** A percentile of what was recent, in milliseconds; 0 if nothing was. */
    public double millis(double share) {
      return Math.round(recent.percentile(share) / 1e3) / 1e3;
    }
  }

  /**
   * What went out.
   *
   * @param frames on the event bus
   * @param messages in these frames
   * @param dropped messages that did not go because too much was under way, or nobody was there
   */
  public record Sent(long frames, long messages, long dropped) {}

  /** How many slots this member is behind the group, as far as it knows. */
  public long lag() {
    return known - applied;
  }

  /** The same with these alarms. */
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

  /** The same as JSON, as a part of {@code GET /api/v1/status}. */
  JsonObject into(JsonObject json) {
    JsonArray words = new JsonArray();
    alarms.forEach(alarm -> words.add(alarm.toJson()));
    JsonObject trips = new JsonObject();
    roundTrips.forEach(trips::put);
    return json.put("caughtUp", caughtUp)
        .put("lag", lag())
        .put("alarms", words)
        .put("force", force.toJson())
        .put("round", round.toJson())
        .put("roundTrips", trips)
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
