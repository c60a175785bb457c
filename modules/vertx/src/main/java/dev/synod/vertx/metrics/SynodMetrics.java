package dev.synod.vertx.metrics;

import dev.synod.vertx.Synod;
import dev.synod.vertx.Vitals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Binds the measurements of a member to a Micrometer registry: {@code new
 * SynodMetrics(synod).bindTo(registry)}. The name of every meter starts with {@code synod.}, and
 * every meter has the tags {@code group} and {@code member}. A scrape reads {@link Synod#vitals}
 * and costs the protocol nothing. The meters of a peer appear and disappear within a second of that
 * peer's joining and leaving.
 */
@SuppressWarnings("exports") // An application that binds these metrics requires Micrometer itself.
public final class SynodMetrics implements MeterBinder {
  /** Interval between two looks at the membership. */
  private static final long LOOK_MILLIS = 1_000;

  private final Synod synod;
  private final Tags tags;

  /** Creates the binder for one member. */
  public SynodMetrics(Synod synod) {
    this.synod = synod;
    this.tags = Tags.of("group", synod.group(), "member", synod.member());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    group(registry);
    log(registry);
    queues(registry);
    eventBus(registry);
    latency(
        registry,
        "synod.force",
        "Latency of a log force, which covers a whole batch",
        Vitals::force);
    latency(
        registry,
        "synod.round",
        "Latency from Accept to chosen of each slot, measured by a leader",
        Vitals::round);
  }

  private void group(MeterRegistry registry) {
    flag(registry, "synod.can.commit", "A leader hears a phase-2 quorum", Vitals::canCommit);
    flag(
        registry,
        "synod.can.elect",
        "A phase-1 and a phase-2 quorum are reachable",
        Vitals::canElect);
    flag(
        registry,
        "synod.could.stop",
        "Another leader could be elected if this member were to stop now",
        Vitals::couldStop);
    flag(registry, "synod.leads", "This member leads", Vitals::leads);
    flag(
        registry,
        "synod.caught.up",
        "This member has applied what was chosen when it first heard a leader",
        Vitals::caughtUp);
    gauge(
        registry,
        "synod.alarms",
        tags,
        "Number of active alarms; the log and the status name them",
        vitals -> vitals.alarms().size());
    peers(registry);
  }

  /** Registers two gauges with one row for each acceptor of the group. */
  private void peers(MeterRegistry registry) {
    MultiGauge reachable =
        MultiGauge.builder("synod.reachable")
            .tags(tags)
            .description("1 if this acceptor is reachable")
            .register(registry);
    MultiGauge roundTrips =
        MultiGauge.builder("synod.round.trip")
            .tags(tags)
            .baseUnit("seconds")
            .description("Smoothed round-trip time to this member, measured by a leader")
            .register(registry);
    Vertx vertx = synod.context().owner();
    long timer = vertx.setPeriodic(1, LOOK_MILLIS, look -> refresh(reachable, roundTrips));
    synod.ended().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void refresh(MultiGauge reachable, MultiGauge roundTrips) {
    synod
        .membership()
        .onSuccess(
            membership -> {
              Vitals vitals = synod.vitals();
              reachable.register(
                  membership.acceptors().stream()
                      .map(peer -> row(peer, vitals.reachable().contains(peer) ? 1 : 0))
                      .toList(),
                  true);
              roundTrips.register(
                  vitals.roundTrips().entrySet().stream()
                      .map(peer -> row(peer.getKey(), peer.getValue() / 1_000))
                      .toList(),
                  true);
            });
  }

  private static MultiGauge.Row<Number> row(String peer, double value) {
    return MultiGauge.Row.of(Tags.of("peer", peer), value);
  }

  private void log(MeterRegistry registry) {
    gauge(registry, "synod.known", tags, "The highest slot heard to be chosen", v -> v.known());
    gauge(registry, "synod.applied", tags, "The highest slot applied here", v -> v.applied());
    gauge(
        registry,
        "synod.applied.lag",
        tags,
        "Slots by which this member is behind the highest slot it knows to be chosen",
        Vitals::lag);
  }

  private void queues(MeterRegistry registry) {
    gauge(
        registry,
        "synod.commands.open",
        tags,
        "Commands of this member's callers that have no result yet",
        Vitals::commands);
    gauge(
        registry,
        "synod.slots.open",
        tags,
        "Slots that this leader has proposed and does not know to be chosen",
        Vitals::inFlight);
    bytes(registry, "leader", "Commands that wait at this leader for a slot", Vitals::waitingBytes);
    bytes(registry, "disk", "Records that wait for this member's disk", Vitals::diskBytes);
    counter(
        registry,
        "synod.busy",
        tags,
        "Requests refused because too many are waiting",
        Vitals::busy);
  }

  private void bytes(
      MeterRegistry registry, String queue, String what, ToDoubleFunction<Vitals> value) {
    Gauge.builder("synod.queue.size", synod, of -> value.applyAsDouble(of.vitals()))
        .tags(tags.and("queue", queue))
        .baseUnit("bytes")
        .description(what)
        .register(registry);
  }

  private void eventBus(MeterRegistry registry) {
    counter(
        registry,
        "synod.frames.sent",
        tags,
        "Frames handed to the event bus",
        vitals -> vitals.sent().frames());
    counter(
        registry,
        "synod.frames.bad",
        tags,
        "Malformed frames that were dropped",
        Vitals::badFrames);
    counter(
        registry,
        "synod.messages.sent",
        tags,
        "Messages in the frames that were sent",
        vitals -> vitals.sent().messages());
    for (String reason : Vitals.Sent.REASONS) {
      counter(
          registry,
          "synod.messages.dropped",
          tags.and("reason", reason),
          "Messages dropped, by reason",
          vitals -> vitals.sent().dropped(reason));
    }
  }

  /**
   * Registers the count and the sum since the start. Their quotient is a mean; {@link Vitals} has
   * percentiles.
   */
  private void latency(
      MeterRegistry registry, String name, String what, Function<Vitals, Vitals.Latency> latency) {
    FunctionTimer.builder(
            name,
            synod,
            of -> latency.apply(of.vitals()).all().count(),
            of -> latency.apply(of.vitals()).all().sum(),
            TimeUnit.NANOSECONDS)
        .tags(tags)
        .description(what)
        .register(registry);
  }

  private void flag(
      MeterRegistry registry, String name, String what, Function<Vitals, Boolean> value) {
    gauge(registry, name, tags, what, vitals -> value.apply(vitals) ? 1 : 0);
  }

  private void gauge(
      MeterRegistry registry, String name, Tags tags, String what, ToDoubleFunction<Vitals> value) {
    Gauge.builder(name, synod, of -> value.applyAsDouble(of.vitals()))
        .tags(tags)
        .description(what)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, Tags tags, String what, ToDoubleFunction<Vitals> value) {
    FunctionCounter.builder(name, synod, of -> value.applyAsDouble(of.vitals()))
        .tags(tags)
        .description(what)
        .register(registry);
  }
}
