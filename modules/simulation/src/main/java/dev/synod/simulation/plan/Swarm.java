package dev.synod.simulation.plan;

import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws a plan from a seed. Most seeds are severe in one kind of fault and mild in the others
 * (Groce et al., "Swarm Testing", 2012), because a group that is always down makes few mistakes.
 */
public final class Swarm {
  /** What a seed is cruel in. */
  private enum Theme {
    /** A little of everything. */
    WEATHER,
    /** Leaders are overthrown all the time, and what they did is known to few. */
    USURPERS,
    /** Messages of some kinds come seconds late. */
    LATE,
    /** Members crash right after they have sent, or written, something. */
    SEAMS,
    /** Disks. */
    DISKS,
    /** Disks, and little is known of what is chosen: what a member alone remembers matters. */
    MEMORIES,
    /** A leader that does not hear of its overthrow, late answers, and clients that read. */
    READERS,
    /** The same, and the leader has leases: cut off from those who granted them, at any moment. */
    LEASES,
    /** Many clients, a small queue. */
    CROWD
  }

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");

  private static final List<String> KINDS =
      List.of(
          "Prepare",
          "Promise",
          "Accept",
          "Accepted",
          "Nack",
          "Heartbeat",
          "HeartbeatAck",
          "Chosen",
          "Learn",
          "Learned",
          "Offer",
          "Fetch",
          "Chunk",
          "StateHash",
          "WantSnapshot",
          "Follow",
          "GroupStatus",
          "Join",
          "Welcome",
          "DurableSlotQuery",
          "DurableSlotReply",
          "Transfer",
          "Hello",
          "IdentityChallenge",
          "IdentityResponse",
          "Excluded",
          "Submit",
          "Refused",
          "ReadIndex",
          "ReadIndexReply",
          "PreVote",
          "PreVoteReply",
          "Resigned");

  private static final List<String> WHAT_LEADERS_DO = List.of("Accept", "Accepted", "Chosen");

  private static final List<String> WHAT_OVERTHROWS = List.of("Nack", "Prepare", "Accept");

  private static final List<String> WHAT_CHANGES_NEED =
      List.of("Promise", "Chosen", "Accept", "Learned", "HeartbeatAck", "DurableSlotReply");

  private static final List<String> WHAT_TEACHES = List.of("Heartbeat", "Chosen", "Learned");

  private static final List<String> WHAT_STOPS_LEADERS =
      List.of("Nack", "Heartbeat", "HeartbeatAck");

  private static final List<String> SEAMS =
      List.of("Prepare", "Promise", "Accept", "Accepted", "Chosen", "HeartbeatAck");

  /**
   * Leaders grow deaf in one group of three and more in twelve, which a source of its own says:
   * what was found with any other seed before is found with it still. This one spares those of the
   * table.
   */
  private static final long DEAF = 53L << 32;

  /** An isolated leader is asked to stop, or its followers are restarted, likewise. */
  private static final long INTERRUPTED = 61L << 32;

  /** Former leaders lead again while votes for their former ballots arrive, likewise. */
  private static final long RETURNING = 67L << 32;

  /** Members join a forced group, and crash before their first records are durable, likewise. */
  private static final long JOINING = 71L << 32;

  /** How much of the log is lent, likewise. */
  private static final long LENT = 59L << 32;

  /** Machines sleep in one group of three and more in sixteen, likewise. */
  private static final long ASLEEP = 73L << 32;

  /** Where leaders grow deaf, members restart with other leases in one group of three, likewise. */
  private static final long RETUNED = 79L << 32;

  /** What asks for an election comes late in one group of eight, likewise. */
  private static final long OVERDUE = 83L << 32;

  /** Whether the group is founded in the run, likewise; once in five. */
  private static final long FOUNDED = 89L << 32;

  private final SplittableRandom random;
  private final Theme theme;

  private Swarm(long seed) {
    random = new SplittableRandom(seed).split();
    Theme[] themes = Theme.values();
    theme = themes[random.nextInt(themes.length)];
  }

  /** The plan of this seed. */
  public static Plan draw(long seed) {
    Plan plan = new Swarm(seed).plan(seed);
    return founded(seed, apart(seed, plan));
  }

  /** The messages of a founding may be lost, late, or the last words of their sender. */
  private static Plan founded(long seed, Plan plan) {
    SplittableRandom apart = new SplittableRandom(seed ^ FOUNDED).split();
    if (apart.nextInt(5) > 0) {
      return plan;
    }
    List<Faults.Rule> rules = new ArrayList<>(plan.faults().rules());
    for (String kind : List.of("Founding", "Welcome")) {
      if (apart.nextInt(2) == 0) {
        rules.add(
            new Faults.Rule(
                kind,
                "",
                "",
                apart.nextDouble() * 0.8,
                1_000L * apart.nextInt(400),
                apart.nextInt(3) == 0 ? apart.nextDouble() * 0.1 : 0));
      }
    }
    double emptied = apart.nextInt(2) == 0 ? apart.nextDouble() : 0;
    return plan.withFaults(
        plan.faults()
            .but(
                draft -> {
                  draft.rules = rules;
                  draft.identities = draft.identities.founding(emptied);
                }));
  }

  /** A few plans isolate leaders, which sources of their own say. */
  private static Plan apart(long seed, Plan plan) {
    if (plan.members().size() > 2) {
      SplittableRandom apart = new SplittableRandom(seed ^ DEAF).split();
      if (apart.nextInt(12) == 0) {
        return retuned(seed, deafened(plan, apart));
      }
      apart = new SplittableRandom(seed ^ INTERRUPTED).split();
      if (apart.nextInt(24) == 0) {
        return interrupted(deafened(plan, apart), apart);
      }
      apart = new SplittableRandom(seed ^ RETURNING).split();
      if (apart.nextInt(24) == 0) {
        return returning(plan, apart);
      }
      apart = new SplittableRandom(seed ^ JOINING).split();
      if (apart.nextInt(24) == 0) {
        return joining(plan, apart);
      }
    }
    Plan lent = plan.but(draft -> draft.snapshots = lending(seed, plan.snapshots()));
    SplittableRandom sleep = new SplittableRandom(seed ^ ASLEEP).split();
    boolean sleeps = plan.members().size() > 2 && sleep.nextInt(16) == 0;
    return overdue(seed, sleeps ? asleep(lent, sleep) : lent);
  }

  /** One plan of three in which leaders grow deaf restarts members with other leases. */
  private static Plan retuned(long seed, Plan plan) {
    SplittableRandom apart = new SplittableRandom(seed ^ RETUNED).split();
    return apart.nextInt(3) > 0
        ? plan
        : plan.withFaults(
            plan.faults()
                .retuned(
                    2 + apart.nextDouble() * 6,
                    apart.nextInt(2) == 0 ? 0 : apart.nextDouble() * 0.05,
                    5_000L + apart.nextInt(50_000)));
  }

  /** One plan of eight delays the messages that ask for an election. */
  private static Plan overdue(long seed, Plan plan) {
    SplittableRandom apart = new SplittableRandom(seed ^ OVERDUE).split();
    return apart.nextInt(8) > 0 || plan.faults().identities().twins()
        ? plan
        : plan.withFaults(plan.faults().withLateTakeOver(20_000L + apart.nextInt(3_000_000)));
  }

  /** The same, and machines sleep, while clients read from leaders that have a lease. */
  private static Plan asleep(Plan plan, SplittableRandom random) {
    long lease = 100L + random.nextInt(200);
    return plan.but(
        draft -> {
          draft.requestTimeout = 400L + random.nextInt(600);
          long drift = (long) (lease * (0.1 + random.nextDouble() * 0.6));
          draft.sessions = new Plan.Sessions(plan.sessions().timeout(), 1_000, lease, drift);
          draft.maxPage = 200 + plan.maxPage();
          draft.maxQueue = 500L + plan.maxQueue();
          draft.clients = 4 + random.nextInt(4);
          draft.keys = 3 + random.nextInt(4);
          draft.pause = 6_000L + random.nextInt(20_000);
          draft.cruelty = 2_000_000L + random.nextInt(1_500_000);
          draft.faults =
              plan.faults()
                  .sleeping(1 + random.nextDouble() * 10, 1 + random.nextDouble() * 3)
                  .but(faults -> faults.identities = Faults.Identities.NONE);
        });
  }

  /** One plan of four lends almost nothing of the log, so that it is compacted during a fetch. */
  private static Plan.Snapshots lending(long seed, Plan.Snapshots snapshots) {
    SplittableRandom apart = new SplittableRandom(seed ^ LENT).split();
    return apart.nextInt(4) == 0 ? snapshots.lending(apart.nextInt(4_000)) : snapshots;
  }

  private Plan plan(long seed) {
    boolean crowd = theme == Theme.CROWD;
    boolean readers = theme == Theme.READERS || theme == Theme.LEASES;
    boolean few =
        readers
            || theme == Theme.USURPERS
            || theme == Theme.LATE
            || theme == Theme.MEMORIES
            || one(2);
    int size = few ? 2 + random.nextInt(4) : 1 + random.nextInt(9);
    List<String> members = NAMES.subList(0, size);
    QuorumSystem quorums = new QuorumGenerator(random).over(members);
    int clients = crowd ? 5 + random.nextInt(10) : 1 + random.nextInt(6);
    Plan plan = plan(seed, members, quorums, clients, crowd, readers);
    // Drawn last, as it came last: what was found with a seed before is found with it still.
    plan = one(6) ? reshaped(plan) : plan;
    Plan.Parts parts =
        new RoleGenerator(random).over(plan.members(), plan.faults().store().frail());
    plan = plan.but(draft -> draft.parts = parts);
    return one(6) ? pretended(plan) : plan;
  }

  /** Adds processes that run under another member's name, or in a former epoch. */
  private Plan pretended(Plan plan) {
    if (one(3)) {
      Faults.Identities forcing = new Faults.Identities(0, false, 0.3 + upTo(2), false, 0);
      return plan.withFaults(
          plan.faults()
              .withIdentities(forcing)
              .reshaping(plan.faults().rules(), plan.faults().usurpation(), 1 + upTo(5)));
    }
    boolean twins = one(3);
    Faults.Identities impostors = new Faults.Identities(1 + upTo(10), twins, 0, false, 0);
    Faults faults = plan.faults().withIdentities(impostors).but(draft -> draft.reconfiguration = 0);
    return plan.withFaults(twins ? faults.within(20_000) : faults);
  }

  /**
   * The same, and the leader, which has a short lease, grows deaf again and again. Its clients give
   * up soon, or they would all wait for it.
   */
  private static Plan deafened(Plan plan, SplittableRandom random) {
    List<String> members = plan.members().subList(0, Math.min(plan.members().size(), 5));
    int phase2 = 2 + random.nextInt(members.size() / 2);
    QuorumSystem quorums =
        QuorumSystem.of(members, new QuorumSpec.Counts(members.size() + 1 - phase2, phase2), true);
    long lease = 100L + random.nextInt(200);
    return plan.but(
        draft -> {
          draft.members = members;
          draft.quorum = quorums.spec().text();
          draft.parts = plan.parts().allRoles();
          draft.alpha = 1L + random.nextInt(4);
          draft.requestTimeout = 60L + random.nextInt(240);
          long drift = (long) (lease * (0.1 + random.nextDouble() * 0.6));
          draft.sessions = new Plan.Sessions(plan.sessions().timeout(), 1_000, lease, drift);
          draft.maxPage = 200 + plan.maxPage();
          draft.maxQueue = 500L + plan.maxQueue();
          draft.clients = 4 + random.nextInt(4);
          draft.keys = 3 + random.nextInt(4);
          draft.pause = 6_000L + random.nextInt(20_000);
          draft.cruelty = 2_000_000L + random.nextInt(1_500_000);
          draft.faults =
              plan.faults()
                  .withFrail(frail(plan.faults().store().frail(), members, draft.quorum))
                  .but(faults -> faults.identities = Faults.Identities.NONE)
                  .isolating(
                      random.nextInt(3) == 0 ? random.nextDouble() * 4 : 0,
                      random.nextInt(4) == 0 ? random.nextDouble() * 2 : 0,
                      new Faults.Isolation(4 + random.nextDouble() * 6, 0, 0));
        });
  }

  /**
   * The same, and isolations come with restarts, or with a leader that stops. A lease lasts longer,
   * so that there is time for another leader and its first commands.
   */
  private static Plan interrupted(Plan plan, SplittableRandom random) {
    boolean restarts = random.nextBoolean();
    Plan.Sessions sessions = plan.sessions();
    double rate = plan.faults().isolation().rate();
    return plan.but(
        draft -> {
          draft.keys = 1 + random.nextInt(3);
          draft.sessions =
              new Plan.Sessions(
                  sessions.timeout(), sessions.maxReads(), 2 * sessions.lease(), sessions.drift());
          draft.faults =
              plan.faults()
                  .but(
                      faults ->
                          faults.isolation =
                              new Faults.Isolation(rate, restarts ? 0.7 : 0, restarts ? 0 : 0.5));
        });
  }

  /**
   * The same, and few leaders succeed each other, while votes come late and proposals reach few: a
   * leader may lead again before the votes for its former ballot have all come.
   */
  private static Plan returning(Plan plan, SplittableRandom random) {
    int size = 4 + random.nextInt(2);
    List<String> members = NAMES.subList(0, size);
    int phase2 = 2 + random.nextInt(size - 2);
    QuorumSystem quorums =
        QuorumSystem.of(members, new QuorumSpec.Counts(size + 1 - phase2, phase2), true);
    List<Faults.Rule> rules = new ArrayList<>();
    rules.add(new Faults.Rule("Accepted", "", "", 0, 20_000L + 1_000L * random.nextInt(400), 0));
    rules.add(new Faults.Rule("Accept", "", "", 0.3 + random.nextDouble() * 0.6, 0, 0));
    for (String kind : WHAT_TEACHES) {
      rules.add(new Faults.Rule(kind, "", "", random.nextDouble(), 0, 0));
    }
    return plan.but(
        draft -> {
          draft.members = members;
          draft.quorum = quorums.spec().text();
          draft.parts = plan.parts().allRoles();
          draft.alpha = 1L + random.nextInt(3);
          draft.sessions = new Plan.Sessions(plan.sessions().timeout(), 1_000, 0, 0);
          draft.clients = 3 + random.nextInt(4);
          draft.cruelty = 2_000_000L + random.nextInt(3_000_000);
          draft.faults =
              plan.faults()
                  .withFrail(List.of())
                  .but(
                      faults -> {
                        faults.identities = Faults.Identities.NONE;
                        faults.reconfiguration = 0;
                        faults.rules = rules;
                        faults.delay = Math.min(faults.delay, 2_000);
                        faults.force = Math.min(faults.force, 500);
                        faults.usurpation = 4 + random.nextDouble() * 26;
                      });
        });
  }

  /**
   * The same, and many members join a group whose configuration was forced. Forces of logs stall,
   * so a new member may have a durable snapshot before its first records are; it crashes then.
   */
  private static Plan joining(Plan plan, SplittableRandom random) {
    double crash = 0.3 + random.nextDouble() * 0.6;
    Faults.Rule afterInstallation = new Faults.Rule("Learn", "", "", 0, 0, crash);
    return plan.but(
        draft -> {
          draft.parts = plan.parts().allRoles();
          draft.clients = 2 + random.nextInt(3);
          draft.cruelty = 4_000_000L + random.nextInt(3_000_000);
          draft.snapshots =
              new Plan.Snapshots(
                  100 + random.nextInt(300),
                  0,
                  Plan.Snapshots.ENOUGH,
                  1_000,
                  1 + random.nextInt(4),
                  1 + random.nextInt(20));
          draft.faults =
              plan.faults()
                  .within(1_000)
                  .withIdentities(new Faults.Identities(0, false, 3, false, 0))
                  .but(
                      faults -> {
                        faults.rules = List.of(afterInstallation);
                        faults.stall = 0.3 + random.nextDouble() * 0.5;
                        faults.restart = 10_000L + random.nextInt(50_000);
                        faults.usurpation = 0;
                        faults.reconfiguration = 4 + random.nextDouble() * 8;
                      });
        });
  }

  /** The same, and members and quorums change all the time while leaders are overthrown. */
  private Plan reshaped(Plan plan) {
    List<Faults.Rule> rules = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String kind = any(one(2) ? WHAT_CHANGES_NEED : WHAT_OVERTHROWS);
      rules.add(
          rule(plan.members(), kind, one(4) ? 0 : upTo(0.9), one(3) ? milliseconds(400) : 0, 0));
    }
    return plan.but(
        draft -> {
          draft.alpha = 1L + random.nextInt(one(2) ? 2 : 8);
          draft.sessions = sessions(one(2));
          draft.clients = 2 + random.nextInt(5);
          draft.keys = 1 + random.nextInt(2);
          draft.pause = 2_000L + random.nextInt(30_000);
          draft.faults = plan.faults().reshaping(rules, one(4) ? 0 : 1 + upTo(30), 2 + upTo(10));
        });
  }

  private Plan plan(
      long seed,
      List<String> members,
      QuorumSystem quorums,
      int clients,
      boolean crowd,
      boolean readers) {
    return new Plan(
        seed,
        members,
        quorums.spec().text(),
        1 + random.nextInt(12),
        1_000 + random.nextInt(3_000),
        sessions(theme == Theme.LEASES || one(theme == Theme.READERS ? 2 : 4)),
        1 + random.nextInt(300),
        (theme == Theme.LEASES ? 200 : 1) + random.nextInt(600),
        60 + random.nextInt(crowd ? 200 : 2_000),
        clients,
        1 + clients / 3 + random.nextInt(2),
        (theme == Theme.LEASES ? 4_000 : 2_000)
            + random.nextInt(readers ? 20_000 : crowd ? 60_000 : 200_000),
        1_500_000 + random.nextInt(crowd || readers ? 1_500_000 : 6_000_000),
        faults(members, quorums),
        snapshots(),
        Plan.Parts.ALL,
        List.of());
  }

  private Plan.Snapshots snapshots() {
    if (one(8)) {
      return Plan.Snapshots.NONE;
    }
    return new Plan.Snapshots(
        100 + random.nextInt(one(2) ? 1_000 : 20_000),
        one(2) ? 0 : random.nextInt(4_000),
        Plan.Snapshots.ENOUGH,
        8 + random.nextInt(one(2) ? 50 : 1_000),
        1 + random.nextInt(4),
        1 + random.nextInt(20));
  }

  /** Some so short that a pause or an election is enough to end them. */
  private Plan.Sessions sessions(boolean leases) {
    long timeout = one(2) ? 100 + random.nextInt(1_500) : 2_000 + random.nextInt(10_000);
    long lease = leases ? 100 + random.nextInt(theme == Theme.LEASES ? 250 : 600) : 0;
    long drift = leases ? (long) (lease * upTo(0.6)) : 0;
    return new Plan.Sessions(timeout, one(3) ? 1 + random.nextInt(4) : 1_000, lease, drift);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private double upTo(double most) {
    return random.nextDouble() * most;
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  // ---- faults ---------------------------------------------------------------------------------

  private Faults faults(List<String> members, QuorumSystem quorums) {
    boolean weather = theme == Theme.WEATHER;
    boolean seams = theme == Theme.SEAMS;
    boolean leases = theme == Theme.LEASES;
    boolean readers = theme == Theme.READERS || leases;
    boolean memories = theme == Theme.MEMORIES;
    double usurpation =
        switch (theme) {
          case USURPERS -> 2 + upTo(one(2) ? 60 : 15);
          case LEASES -> 5 + upTo(60);
          case LATE, READERS -> one(3) ? 0 : 1 + upTo(20);
          case MEMORIES -> 1 + upTo(20);
          default -> one(2) ? 0 : upTo(10);
        };
    return new Faults(
        one(weather ? 3 : 2) ? 0 : upTo(weather ? 0.3 : 0.1),
        one(3) ? 0 : upTo(0.5),
        200 + random.nextInt(readers || one(2) ? 2_000 : 40_000),
        50 + random.nextInt(readers || one(2) ? 500 : one(2) ? 20_000 : 100_000),
        rules(members),
        memories ? 1 + upTo(5) : one(4) ? 0 : upTo(leases ? 2 : 0.6),
        one(seams ? 4 : 2) ? 0 : upTo(seams || one(4) ? 0.08 : 0.004),
        seams || memories || readers || one(2) ? 20_000 + random.nextInt(300_000) : 3_000_000,
        leases ? 0.5 + upTo(2) : one(3) ? 0 : upTo(0.6),
        leases ? upTo(2) : one(2) ? 0 : upTo(0.5),
        one(readers ? 2 : 3),
        usurpation,
        store(members, quorums),
        one(2) ? 0 : upTo(one(2) ? 8 : 2),
        Faults.Identities.NONE,
        Faults.Isolation.NONE,
        0,
        0,
        /* retuned= */ false);
  }

  private List<Faults.Rule> rules(List<String> members) {
    List<Faults.Rule> rules = new ArrayList<>();
    if (theme == Theme.USURPERS) {
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        rules.add(rule(members, any(one(3) ? KINDS : WHAT_LEADERS_DO), upTo(0.9), 0, 0));
      }
    }
    if (theme == Theme.LATE) {
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        String kind = any(one(2) ? KINDS : one(2) ? WHAT_STOPS_LEADERS : WHAT_LEADERS_DO);
        rules.add(rule(members, kind, one(3) ? upTo(0.5) : 0, 20_000 + milliseconds(3_000), 0));
      }
    }
    if (theme == Theme.MEMORIES) {
      for (String kind : List.of("Chosen", "Learn", "Accepted")) {
        rules.add(new Faults.Rule(kind, "", "", upTo(1), 0, 0));
      }
      rules.add(rule(members, "Accept", upTo(0.9), 0, 0));
    }
    if (theme == Theme.READERS || theme == Theme.LEASES) {
      readers(members, rules);
    }
    if (theme == Theme.SEAMS) {
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        rules.add(rule(members, any(SEAMS), 0, 0, upTo(one(2) ? 0.5 : 0.02)));
      }
    }
    if (one(4)) {
      rules.add(rule(members, any(KINDS), upTo(0.8), one(2) ? 0 : milliseconds(500), 0));
    }
    return rules;
  }

  private void readers(List<String> members, List<Faults.Rule> rules) {
    if (theme == Theme.READERS && one(3)) {
      // A reader that is soon another one, and answers that were for the one before.
      rules.add(new Faults.Rule("ReadIndexReply", "", "", 0, 20_000 + milliseconds(1_000), 0));
      rules.add(rule(members, "ReadIndex", 0, 0, upTo(0.5)));
      return;
    }
    String deaf = any(members);
    for (String kind : WHAT_OVERTHROWS) {
      rules.add(new Faults.Rule(kind, "", deaf, 0.8 + upTo(0.2), 0, 0));
    }
    rules.add(new Faults.Rule("HeartbeatAck", "", deaf, 0, 20_000 + milliseconds(600), 0));
    if (theme == Theme.LEASES) {
      // Who learns of the next leader by no means but a lease that ends.
      for (String kind : WHAT_TEACHES) {
        rules.add(new Faults.Rule(kind, "", deaf, 0.5 + upTo(0.5), 0, 0));
      }
      if (one(2)) {
        rules.add(
            new Faults.Rule("Heartbeat", deaf, "", upTo(0.9), one(2) ? 0 : milliseconds(600), 0));
      }
    }
  }

  private long milliseconds(int most) {
    return 1_000L * random.nextInt(most);
  }

  private Faults.Rule rule(
      List<String> members, String kind, double loss, long delay, double crash) {
    return new Faults.Rule(
        kind, one(3) ? any(members) : "", one(3) ? any(members) : "", loss, delay, crash);
  }

  private Faults.Store store(List<String> members, QuorumSystem quorums) {
    boolean disks = theme == Theme.DISKS || theme == Theme.MEMORIES;
    if (!disks && !one(8)) {
      return Faults.Store.RECORDS;
    }
    return new Faults.Store(
        true,
        4096L * (8 + random.nextInt(56)),
        one(2) ? 0 : upTo(one(2) ? 0.002 : 0.02),
        one(2) ? 0 : upTo(0.3),
        disks && !one(3) ? upTo(0.9) : 0,
        disks && one(2) ? upTo(0.9) : 0,
        disks && one(3) ? upTo(0.3) : 0,
        disks ? frail(shuffled(members, random), quorums) : List.of());
  }

  /** As many of these candidates, in their order, as the other members can do without. */
  static List<String> frail(List<String> candidates, List<String> members, String quorum) {
    return frail(candidates, QuorumGenerator.written(members, quorum));
  }

  private static List<String> frail(List<String> candidates, QuorumSystem quorums) {
    List<String> frail = new ArrayList<>();
    List<String> sound = new ArrayList<>(quorums.members());
    for (String member : candidates) {
      if (sound.remove(member)) {
        if (quorums.isQuorum(Phase.ONE, sound) && quorums.isQuorum(Phase.TWO, sound)) {
          frail.add(member);
        } else {
          sound.add(member);
        }
      }
    }
    return frail;
  }

  /** In an order that was drawn. */
  static List<String> shuffled(List<String> members, SplittableRandom random) {
    List<String> order = new ArrayList<>();
    for (String member : members) {
      order.add(random.nextInt(order.size() + 1), member);
    }
    return order;
  }
}
