package dev.synod.simulation.plan;

import dev.synod.quorum.Phase;
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

  static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");

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
          "Deadline",
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

  static final List<String> WHAT_TEACHES = List.of("Heartbeat", "Chosen", "Learned");

  private static final List<String> WHAT_STOPS_LEADERS =
      List.of("Nack", "Heartbeat", "HeartbeatAck");

  private static final List<String> SEAMS =
      List.of("Prepare", "Promise", "Accept", "Accepted", "Chosen", "HeartbeatAck");

  /** How much of the log is lent, likewise. */
  private static final long LENT = 59L << 32;

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
    Plan rare = RareEvents.draw(plan);
    Plan drawn =
        rare != null
            ? rare
            : RareEvents.sleeping(
                plan.but(draft -> draft.snapshots = lending(seed, plan.snapshots())));
    Plan hosted =
        RareEvents.hosted(RareEvents.founded(RareEvents.unasked(RareEvents.rotten(drawn))));
    return rare != null ? hosted : RareEvents.chased(hosted);
  }

  /** One plan of four lends almost nothing of the log, so that it is compacted during a fetch. */
  private static Plan.Snapshots lending(long seed, Plan.Snapshots snapshots) {
    SplittableRandom apart = new SplittableRandom(seed ^ LENT).split();
    return apart.nextInt(4) == 0 ? snapshots.lending(500 + apart.nextInt(4_000)) : snapshots;
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
        Plan.Turns.NONE,
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
        1 + random.nextInt(20),
        0);
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
        /* retuned= */ false,
        Faults.Losses.NONE,
        /* differing= */ false);
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
