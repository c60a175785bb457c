package dev.synod.vertx.impl.health;

import dev.synod.core.host.Health;
import dev.synod.core.member.FoundingProgress;
import dev.synod.core.member.Member;
import dev.synod.core.message.Ballot;
import dev.synod.core.proposer.Proposer;
import dev.synod.storage.Store;
import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.vertx.Alarm;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.impl.bus.LinkStats;
import dev.synod.vertx.impl.host.MemberHost;
import dev.synod.vertx.impl.host.RoleVerticle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Measures a member twice a second and raises alarms. Runs on the member's context; any thread may
 * read the results.
 */
public final class HealthMonitor {
  private static final long LOOK_MILLIS = 500;
  private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Number of slots behind from which a member lags, and below which it no longer does. */
  private static final long LAGS = 1_000;

  private static final long LAGS_NO_MORE = 100;

  /** Latency of half of the forces, or of one in a hundred, from which a disk counts as slow. */
  private static final double SLOW_HALF_MILLIS = 100;

  private static final double SLOW_FEW_MILLIS = 500;

  /**
   * Time after which a disk write counts as stuck. Pending records are written within a second and
   * should be durable two seconds later.
   */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** A latency histogram, and its increase since the mark before the last one. */
  private static final class Recent {
    private LatencyHistogram.Snapshot older = LatencyHistogram.Snapshot.NONE;
    private LatencyHistogram.Snapshot newer = LatencyHistogram.Snapshot.NONE;

    Vitals.Latency look(LatencyHistogram of, boolean mark) {
      LatencyHistogram.Snapshot all = of.snapshot();
      if (mark) {
        older = newer;
        newer = all;
      }
      return new Vitals.Latency(all, all.since(older));
    }
  }

  private final SynodOptions options;
  private final MemberHost host;
  private final List<RoleVerticle> roles;
  private final Alarms alarms;
  private final Recent force = new Recent();
  private final Recent round = new Recent();
  private long markedAt = System.nanoTime();
  private long target = -1;
  private boolean caughtUp;
  private long durable;
  private long durableAt;
  private long busy;
  private long timer = -1;
  private final List<Supplier<Map<String, String>>> checks = new CopyOnWriteArrayList<>();
  private volatile Vitals latest = Vitals.NONE;

  /** Creates the monitor of one member. */
  public HealthMonitor(SynodOptions options, MemberHost host, List<RoleVerticle> roles) {
    this.options = options;
    this.host = host;
    this.roles = roles;
    this.alarms = new Alarms(options.getMember());
  }

  public void start() {
    look();
    timer = host.owner().setPeriodic(LOOK_MILLIS, ignored -> look());
  }

  /** Takes the last measurement, of a member that has stopped. */
  public void stop() {
    host.owner().cancelTimer(timer);
    look();
  }

  /** See {@link Synod#addHealthCheck}; on any thread. */
  public void add(Supplier<Map<String, String>> check) {
    checks.add(check);
  }

  public Vitals latest() {
    return latest;
  }

  private void look() {
    long now = System.nanoTime();
    boolean mark = now - markedAt >= MARK_NANOS;
    if (mark) {
      markedAt = now;
    }
    Member member = host.member();
    Proposer proposer = member.proposer();
    Health health = member.health();
    Store store = host.store();
    boolean lives = host.stopped() == null;
    long known = member.learner().known();
    long applied = member.replica().applied();
    if (target < 0 && !health.leader().equals(Ballot.NONE)) {
      target = known;
    }
    caughtUp |= target >= 0 && applied >= target;
    Vitals seen =
        new Vitals(
            lives && health.canCommit(),
            lives && health.canElect(),
            member.isInitialized() && proposer.couldElectWithout(options.getMember()),
            lives && proposer.leads(),
            caughtUp,
            reachable(member, health),
            known,
            applied,
            member.session().pending(),
            proposer.waitingBytes(),
            proposer.inFlight(),
            store.pendingBytes(),
            host.busy(),
            force.look(store.forces(), mark),
            round.look(host.rounds(), mark),
            proposer.leads() ? host.roundTrips(acceptors(member)) : Map.of(),
            sent(),
            roles.stream().mapToLong(RoleVerticle::badFrames).sum(),
            List.of());
    String stopped = host.stopped();
    latest =
        seen.with(
            stopped != null
                ? List.of(new Alarm("stopped", Instant.now(), stopped))
                : alarms.look(findings(seen, now), now, Instant.now()));
  }

  /** Returns the acceptors in use; empty for a member that does not know its group yet. */
  private static List<String> acceptors(Member member) {
    return member.isInitialized() ? member.configurations().current().acceptors() : List.of();
  }

  private static List<String> reachable(Member member, Health health) {
    return member.isInitialized()
        ? List.copyOf(member.configurations().current().quorums().names(health.reachable()))
        : List.of();
  }

  private Vitals.Sent sent() {
    LinkStats links = host.outbound().linkStats();
    return new Vitals.Sent(
        links.frames(),
        links.messages(),
        Map.of(
            "window", links.droppedAtWindow(),
            "backOff", links.droppedInBackOff(),
            "tooLarge", links.droppedTooLarge(),
            "repeated", links.droppedRepeats(),
            "incomplete", roles.stream().mapToLong(RoleVerticle::incomplete).sum(),
            "disk", host.droppedForDisk(),
            "notAdmitted", host.notAdmitted()));
  }

  private List<Alarms.Finding> findings(Vitals seen, long now) {
    List<Alarms.Finding> findings = new ArrayList<>();
    group(seen, findings);
    if (seen.lag() > (alarms.isTold("lagging") ? LAGS_NO_MORE : LAGS)) {
      findings.add(
          new Alarms.Finding(
              "lagging",
              "this member is "
                  + seen.lag()
                  + " slots behind the highest slot that it knows to be chosen"));
    }
    disk(seen, now, findings);
    if (seen.busy() > busy) {
      findings.add(
          new Alarms.Finding(
              "queue-full",
              String.format(
                  Locale.ROOT,
                  "maxQueuedBytes, %d, is reached: %d requests were refused as Busy so far",
                  options.getMaxQueuedBytes(),
                  seen.busy())));
    }
    busy = seen.busy();
    checks.forEach(
        check -> check.get().forEach((code, text) -> findings.add(new Alarms.Finding(code, text))));
    return findings;
  }

  private void group(Vitals seen, List<Alarms.Finding> findings) {
    FoundingProgress founding = host.member().founding();
    if (founding != null) {
      findings.add(new Alarms.Finding("not-founded", "this member " + founding.words()));
    }
    String stranger = host.stranger();
    if (stranger != null) {
      findings.add(new Alarms.Finding("another-group", stranger));
    }
    List<String> missing =
        acceptors(host.member()).stream().filter(name -> !seen.reachable().contains(name)).toList();
    String reach =
        String.format(
            Locale.ROOT, "reachable: %s; unreachable: %s", list(seen.reachable()), list(missing));
    if (host.member().health().stalled()) {
      findings.add(
          new Alarms.Finding(
              "stalled",
              String.format(
                  Locale.ROOT,
                  "commands have waited for more than %d ms and none was chosen, although a leader with a phase-2 quorum is known; %s",
                  Health.STALLED_TIMEOUTS * options.getElectionTimeout(),
                  dropped(seen))));
    } else if (!seen.canCommit()) {
      findings.add(
          new Alarms.Finding(
              "cannot-decide",
              "the group cannot decide, because no leader with a phase-2 quorum is known; "
                  + reach));
    }
    if (!seen.canElect()) {
      findings.add(
          new Alarms.Finding(
              "cannot-elect",
              (seen.canCommit()
                      ? "the group still decides, but it could not replace a lost leader; "
                      : "the group could not elect a leader; ")
                  + reach));
    }
    for (String name : missing) {
      findings.add(new Alarms.Finding("unreachable." + name, "member " + name + " is unreachable"));
    }
  }

  /** Returns what was dropped so far, because that is what stalls a group. */
  private static String dropped(Vitals seen) {
    List<String> drops =
        Vitals.Sent.REASONS.stream()
            .filter(reason -> seen.sent().dropped(reason) > 0)
            .map(reason -> reason + " " + seen.sent().dropped(reason))
            .toList();
    return "messages dropped since the start: " + list(drops);
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private void disk(Vitals seen, long now, List<Alarms.Finding> findings) {
    long upTo = host.store().durable();
    if (upTo != durable || seen.diskBytes() == 0) {
      durable = upTo;
      durableAt = now;
    }
    double half = seen.force().millis(0.5);
    double few = seen.force().millis(0.99);
    if (now - durableAt >= STUCK_NANOS) {
      findings.add(
          new Alarms.Finding(
              "disk-slow",
              String.format(
                  Locale.ROOT,
                  "the disk has not finished a write that was started %d s ago",
                  TimeUnit.NANOSECONDS.toSeconds(now - durableAt))));
    } else if (half >= SLOW_HALF_MILLIS || few >= SLOW_FEW_MILLIS) {
      findings.add(
          new Alarms.Finding(
              "disk-slow",
              String.format(
                  Locale.ROOT,
                  "the disk is slow: half of the forces take %.0f ms or more, one in a hundred %.0f"
                      + " ms",
                  half,
                  few)));
    }
  }
}
