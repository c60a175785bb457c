package dev.synod.simulation.plan;

import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Plans that bring together events which independent draws combine in one of many thousand seeds.
 * Each kind has a source of randomness of its own, so that a kind that is added moves no seed of
 * another kind.
 */
final class RareEvents {
  /** A leader is isolated for about the length of its lease, in one group of twelve. */
  private static final long DEAF = 53L << 32;

  /** The same, and it is asked to stop or its followers are restarted; one in twenty-four. */
  private static final long INTERRUPTED = 61L << 32;

  /** Leaders lead again while votes for their former ballots arrive; one in twenty-four. */
  private static final long RETURNING = 67L << 32;

  /** Members join a forced group and crash before their first record; one in twenty-four. */
  private static final long JOINING = 71L << 32;

  /** Machines sleep in one group of sixteen. */
  private static final long ASLEEP = 73L << 32;

  /** Where leaders grow deaf, members restart with other leases, in one group of three. */
  private static final long RETUNED = 79L << 32;

  /** Messages that ask for an election come late, in one group of eight. */
  private static final long OVERDUE = 83L << 32;

  /** The group is founded in the run, and the messages of its founding suffer; one in five. */
  private static final long FOUNDED = 89L << 32;

  /** Messages gather before a turn ends, and callers call again in their callbacks; one in five. */
  private static final long TURNS = 97L << 32;

  /** Losses repeat by a rule, in one group of six. */
  private static final long LOSSES = 101L << 32;

  /** Members have different settings, in one group of six. */
  private static final long DIFFERING = 103L << 32;

  /** The one thread that writes snapshots is slow, in one group of eight. */
  private static final long SLOW = 107L << 32;

  /** Answers that would unmask a copy of a store are lost, in half of the groups that have some. */
  private static final long UNASKED = 109L << 32;

  /** Callers keep the leader's queue full, in a third of the groups whose messages gather. */
  private static final long CROWDED = 113L << 32;

  /** Power fails within writes where disks rot, in half of the groups with such disks. */
  private static final long ROTTEN = 127L << 32;

  /** An acceptor learns values before its promise is asked for; one group in twenty-four. */
  private static final long TAUGHT = 131L << 32;

  /** Snapshots are written faster than members fetch them; one group in twenty-four. */
  private static final long CHASED = 137L << 32;

  private RareEvents() {}

  /** Returns the plan of the same seed with such events; null for most seeds. */
  static @Nullable Plan draw(Plan plan) {
    if (plan.members().size() < 3) {
      return null;
    }
    SplittableRandom apart = source(plan, DEAF);
    if (apart.nextInt(12) == 0) {
      return retuned(deafened(plan, apart));
    }
    apart = source(plan, INTERRUPTED);
    if (apart.nextInt(24) == 0) {
      return interrupted(deafened(plan, apart), apart);
    }
    apart = source(plan, RETURNING);
    if (apart.nextInt(24) == 0) {
      return returning(plan, apart);
    }
    apart = source(plan, JOINING);
    if (apart.nextInt(24) == 0) {
      return joining(plan, apart);
    }
    apart = source(plan, TAUGHT);
    return apart.nextInt(24) == 0 ? taught(plan, apart) : null;
  }

  /** Returns the plan, in which machines may sleep and requests for an election come late. */
  static Plan sleeping(Plan plan) {
    SplittableRandom apart = source(plan, ASLEEP);
    boolean sleeps = plan.members().size() > 2 && apart.nextInt(16) == 0;
    return overdue(sleeps ? asleep(plan, apart) : plan);
  }

  /** The messages of a founding may be lost, late, or the last words of their sender. */
  static Plan founded(Plan plan) {
    SplittableRandom apart = source(plan, FOUNDED);
    if (apart.nextInt(5) > 0 || plan.faults().identities().twins()) {
      return plan; // a twin of a member that crashes meanwhile cannot be told from it
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

  /**
   * The power of members with frail disks fails often, in the middle of what they write, and their
   * logs are cut often.
   */
  static Plan rotten(Plan plan) {
    Faults.Store store = plan.faults().store();
    SplittableRandom apart = source(plan, ROTTEN);
    if (store.frail().isEmpty() || store.rot() == 0 || apart.nextBoolean()) {
      return plan;
    }
    return plan.but(
        draft -> {
          draft.faults =
              plan.faults()
                  .but(
                      faults -> {
                        faults.crashAtSeam = 0.02 + apart.nextDouble() * 0.08;
                        faults.restart = 20_000L + apart.nextInt(300_000);
                        faults.store =
                            new Faults.Store(
                                store.files(),
                                32 << 10, // few pages, so that a flip hits what counts
                                store.failingForce(),
                                store.full(),
                                0.5 + apart.nextDouble() / 2,
                                store.misdirection() / 3,
                                0,
                                store.frail());
                      });
          draft.snapshots = plan.snapshots().after(100L + apart.nextInt(500));
        });
  }

  /** A copy of a store may be heard before the challenge to it is answered. */
  static Plan unasked(Plan plan) {
    Faults.Identities identities = plan.faults().identities();
    SplittableRandom apart = source(plan, UNASKED);
    if (identities.impostors() == 0 || identities.twins() || apart.nextBoolean()) {
      return plan;
    }
    List<Faults.Rule> rules = new ArrayList<>(plan.faults().rules());
    String kind = apart.nextBoolean() ? "IdentityChallenge" : "IdentityResponse";
    rules.add(new Faults.Rule(kind, "", "", 0.5 + apart.nextDouble() * 0.5, 0, 0));
    return plan.withFaults(plan.faults().but(draft -> draft.rules = rules));
  }

  /** Returns the plan on other hosts, links and settings than those that suit it best. */
  static Plan hosted(Plan plan) {
    Faults.Identities identities = plan.faults().identities();
    if (identities.twins() || identities.impostors() > 0 || identities.forcing() > 0) {
      return plan; // what the members must know by then takes a network that is on time
    }
    SplittableRandom apart = source(plan, TURNS);
    Plan.Turns turns =
        apart.nextInt(5) > 0
            ? plan.turns()
            : new Plan.Turns(
                1 + apart.nextInt(apart.nextBoolean() ? 500 : 20_000),
                apart.nextBoolean() ? 0 : apart.nextDouble() * 0.3);
    boolean crowded = turns.length() > 0 && source(plan, CROWDED).nextInt(3) == 0;
    apart = source(plan, LOSSES);
    Faults.Losses losses = apart.nextInt(6) > 0 ? Faults.Losses.NONE : losses(apart);
    boolean differing = source(plan, DIFFERING).nextInt(6) == 0;
    apart = source(plan, SLOW);
    long slow = apart.nextInt(8) > 0 ? 0 : 1_000L * apart.nextInt(3_000);
    return plan.but(
        draft -> {
          draft.turns = turns;
          if (crowded) {
            draft.maxQueue = 1 + plan.maxQueue() % 200;
            // Callers without a pause would fill the window of their own member likewise.
            draft.pause = 10_000 + plan.pause() % 20_000;
            draft.clients = Math.max(plan.clients(), 3 * plan.members().size());
          }
          if (crowded || turns.callers() > 0) {
            // So many requests at once on few registers have more orders than can be searched.
            draft.keys = Math.max(plan.keys(), draft.clients);
          }
          draft.snapshots = plan.snapshots().slow(slow);
          if (turns.length() > 0) {
            // A fetch that takes longer, while callers write faster, would not end with a small
            // loan, nor would a session that ends within a few turns ever have a command done.
            draft.snapshots = draft.snapshots.lending(Plan.Snapshots.ENOUGH);
            Plan.Sessions sessions = plan.sessions();
            draft.sessions =
                new Plan.Sessions(
                    1_000 + sessions.timeout(),
                    sessions.maxReads(),
                    sessions.lease(),
                    sessions.drift());
          }
          draft.faults =
              plan.faults()
                  .but(
                      faults -> {
                        faults.losses = losses;
                        faults.differing = differing;
                      });
        });
  }

  /** A period of a round number is that of a message which is repeated as often. */
  private static Faults.Losses losses(SplittableRandom random) {
    boolean oversize = random.nextBoolean();
    long period = random.nextBoolean() ? 0 : 10_000L * (1 + random.nextInt(40));
    long silent = period == 0 ? 0 : random.nextLong(period / 3);
    long backOff = random.nextBoolean() ? 0 : 1_000L * (1 + random.nextInt(100));
    return new Faults.Losses(oversize, period, silent, backOff);
  }

  private static SplittableRandom source(Plan plan, long kind) {
    return new SplittableRandom(plan.seed() ^ kind).split();
  }

  /** One plan of three in which leaders grow deaf restarts members with other leases. */
  private static Plan retuned(Plan plan) {
    SplittableRandom apart = source(plan, RETUNED);
    if (apart.nextInt(3) > 0) {
      return plan;
    }
    Plan.Sessions sessions = plan.sessions();
    long lease = 2 * sessions.lease();
    double stall = apart.nextBoolean() ? 0 : 0.3 * apart.nextDouble();
    Faults.Isolation isolation =
        new Faults.Isolation(plan.faults().isolation().rate(), 0.5 + 0.4 * apart.nextDouble(), 0);
    return plan.but(
        draft -> {
          // A short lease of the settings ends long before a long one that was granted.
          draft.sessions =
              new Plan.Sessions(
                  sessions.timeout(), sessions.maxReads(), lease, 1 + apart.nextLong(lease / 8));
          draft.faults =
              plan.faults()
                  .retuned(
                      apart.nextInt(3) == 0 ? apart.nextDouble() * 4 : 0,
                      apart.nextInt(3) == 0 ? 2 + apart.nextDouble() * 6 : 0,
                      apart.nextInt(3) > 0 ? 0 : apart.nextDouble() * 0.05,
                      5_000L + apart.nextInt(50_000))
                  .but(
                      faults -> {
                        faults.isolation = isolation;
                        faults.stall = stall; // a grant may be long before its record
                      });
        });
  }

  /** One plan of eight delays the messages that ask for an election. */
  private static Plan overdue(Plan plan) {
    SplittableRandom apart = source(plan, OVERDUE);
    return apart.nextInt(8) > 0 || plan.faults().identities().twins()
        ? plan
        : plan.withFaults(plan.faults().withLateTakeOver(20_000L + apart.nextInt(3_000_000)));
  }

  /** The same, and machines sleep, while clients read from leaders that have a lease. */
  private static Plan asleep(Plan plan, SplittableRandom random) {
    long lease = 100L + random.nextInt(200);
    Plan.Turns turns =
        random.nextBoolean() ? Plan.Turns.NONE : new Plan.Turns(1 + random.nextInt(20_000), 0);
    return plan.but(
        draft -> {
          draft.turns = turns; // a machine may sleep in the middle of a turn
          draft.requestTimeout = 400L + random.nextInt(600);
          leased(draft, plan, lease, random);
          draft.faults =
              plan.faults()
                  .sleeping(1 + random.nextDouble() * 10, 1 + random.nextDouble() * 3)
                  .but(faults -> faults.identities = Faults.Identities.NONE);
        });
  }

  /** A few busy clients read by a lease of this length. */
  private static void leased(Plan.Draft draft, Plan plan, long lease, SplittableRandom random) {
    long drift = (long) (lease * (0.1 + random.nextDouble() * 0.6));
    draft.sessions = new Plan.Sessions(plan.sessions().timeout(), 1_000, lease, drift);
    draft.maxPage = 200 + plan.maxPage();
    draft.maxQueue = 500L + plan.maxQueue();
    draft.clients = 4 + random.nextInt(4);
    draft.keys = 3 + random.nextInt(4);
    draft.pause = 6_000L + random.nextInt(20_000);
    draft.cruelty = 2_000_000L + random.nextInt(1_500_000);
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
          leased(draft, plan, lease, random);
          draft.faults =
              plan.faults()
                  .withFrail(Swarm.frail(plan.faults().store().frail(), members, draft.quorum))
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
          draft.keys = 2 + random.nextInt(3);
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
    List<String> members = Swarm.NAMES.subList(0, size);
    int phase2 = 2 + random.nextInt(size - 2);
    QuorumSystem quorums =
        QuorumSystem.of(members, new QuorumSpec.Counts(size + 1 - phase2, phase2), true);
    List<Faults.Rule> rules = new ArrayList<>();
    rules.add(new Faults.Rule("Accepted", "", "", 0, 20_000L + 1_000L * random.nextInt(400), 0));
    rules.add(new Faults.Rule("Accept", "", "", 0.3 + random.nextDouble() * 0.6, 0, 0));
    for (String kind : Swarm.WHAT_TEACHES) {
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
                  1 + random.nextInt(20),
                  0);
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

  /**
   * The same, and one acceptor learns the values of each ballot before its promise is asked for: no
   * Accept reaches it, and each Prepare comes late. It crashes often, also right after a promise.
   */
  private static Plan taught(Plan plan, SplittableRandom random) {
    List<String> members = Swarm.NAMES.subList(0, 4 + random.nextInt(2));
    int phase2 = members.size() - 2;
    QuorumSystem quorums =
        QuorumSystem.of(members, new QuorumSpec.Counts(members.size() + 1 - phase2, phase2), true);
    String taught = members.get(random.nextInt(members.size()));
    List<Faults.Rule> rules =
        List.of(
            new Faults.Rule("Accept", "", taught, 1, 0, 0),
            new Faults.Rule("Prepare", "", taught, 0, 100_000L + random.nextInt(2_000_000), 0),
            new Faults.Rule("Learn", taught, "", 0, 0, 0.1 + random.nextDouble() * 0.3),
            new Faults.Rule("Promise", taught, "", 0, 0, 0.2 + random.nextDouble() * 0.5));
    return plan.but(
        draft -> {
          draft.members = members;
          draft.quorum = quorums.spec().text();
          draft.parts = mute(plan.parts(), taught);
          draft.cruelty = 4_000_000L + random.nextInt(3_000_000);
          draft.faults =
              plan.faults()
                  .within(2_000)
                  .withFrail(List.of())
                  .withIdentities(Faults.Identities.NONE)
                  .but(
                      faults -> {
                        faults.rules = rules;
                        faults.restart = 10_000L + random.nextInt(100_000);
                        faults.usurpation = 0.5 + random.nextDouble() * 3;
                        faults.reconfiguration = 0;
                      });
        });
  }

  /**
   * The same, and one member, which has learned nothing during the faults, fetches a snapshot while
   * clients write. Chunks are so small, and snapshots so frequent, that the fetch takes longer than
   * the time between two snapshots.
   */
  static Plan chased(Plan plan) {
    SplittableRandom random = source(plan, CHASED);
    if (plan.members().size() < 3 || random.nextInt(24) > 0) {
      return plan;
    }
    int size = 3 + random.nextInt(3);
    List<String> members = Swarm.NAMES.subList(0, size);
    int phase2 = 2 + random.nextInt(size - 2);
    QuorumSystem quorums =
        QuorumSystem.of(members, new QuorumSpec.Counts(size + 1 - phase2, phase2), true);
    String behind = members.get(random.nextInt(size));
    List<Faults.Rule> rules = new ArrayList<>();
    for (String kind : List.of("Accept", "Chosen", "Learned", "Chunk")) {
      rules.add(new Faults.Rule(kind, "", behind, 1, 0, 0));
    }
    int clients = 10 + random.nextInt(6);
    return plan.but(
        draft -> {
          draft.members = members;
          draft.quorum = quorums.spec().text();
          draft.parts = mute(plan.parts(), behind);
          draft.clients = clients;
          draft.requestTimeout = 60L + random.nextInt(100); // or all would wait at that member
          draft.turns = Plan.Turns.NONE;
          draft.keys = clients;
          draft.pause = 1_000L + random.nextInt(3_000);
          draft.cruelty = 1_000_000L + random.nextInt(1_000_000);
          draft.maxPage = 2_000 + plan.maxPage();
          draft.maxQueue = 10_000L + plan.maxQueue();
          draft.snapshots =
              new Plan.Snapshots(
                  100 + random.nextInt(200),
                  0,
                  Plan.Snapshots.ENOUGH,
                  8 + random.nextInt(8),
                  1,
                  1 + random.nextInt(10),
                  0);
          draft.faults =
              plan.faults()
                  .within(1_000)
                  .withFrail(List.of())
                  .withIdentities(Faults.Identities.NONE)
                  .but(
                      faults -> {
                        faults.rules = rules;
                        faults.usurpation = 0;
                        faults.differing = false;
                        faults.reconfiguration = 0;
                      });
        });
  }

  /** All members have all roles, but for this one, which never leads. */
  private static Plan.Parts mute(Plan.Parts parts, String member) {
    return new Plan.Parts(
        parts.outsiders(),
        /* thrifty= */ false,
        List.of(),
        List.of(member),
        List.of(),
        /* mixed= */ false);
  }
}
