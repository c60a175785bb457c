package dev.synod.simulation.plan;

import dev.synod.core.message.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The faults of a run. Chances are from 0 to 1; rates are per virtual second and for the whole
 * group; times are virtual microseconds.
 *
 * @param loss of a message
 * @param repetition of a message
 * @param delay of a message at most; they overtake each other
 * @param force how long a force takes at most
 * @param rules for single kinds of messages and single directions, besides
 * @param crash rate
 * @param crashAtSeam chance that a member crashes when its force is done: before the records are
 *     durable, or after that and before anything is sent
 * @param restart how long a crashed member stays away at most
 * @param partition rate: links are cut, one way or both, some or between two halves
 * @param pause rate: a member stands still, and then goes on as if nothing had been
 * @param skew whether the members' clocks run at a tenth to three times the right speed, and their
 *     wall clocks are up to an hour off
 * @param usurpation rate: a member becomes a candidate although a leader exists
 * @param store what the disks do
 * @param reconfiguration rate: members come and go, and quorums change
 * @param identities what runs under a name that it has no right to
 * @param isolation leaders that are cut off
 * @param stall chance that a force of the log takes up to two seconds longer; snapshots go on
 * @param sleep rate: the machine of a member, often of the leader, sleeps, as one whose lid is
 *     closed; where it is not 0, wall clocks are not set
 * @param retuned whether a member has another lease in its settings each time it starts
 * @param losses losses that repeat by a rule
 * @param differing whether a member has other times and sizes in its settings each time it starts
 */
public record Faults(
    double loss,
    double repetition,
    long delay,
    long force,
    List<Rule> rules,
    double crash,
    double crashAtSeam,
    long restart,
    double partition,
    double pause,
    boolean skew,
    double usurpation,
    Store store,
    double reconfiguration,
    Identities identities,
    Isolation isolation,
    double stall,
    double sleep,
    boolean retuned,
    Losses losses,
    boolean differing) {
  /**
   * Processes that run under the name of a member.
   *
   * @param impostors rate: a second machine is started under a member's name, with an empty disk or
   *     an old copy of that member's, where all others know better
   * @param twins whether they have the newest copy instead, of a member that runs on
   * @param forcing rate, once in a run: all stand still, and one member is made the whole group;
   *     the others are started all the same
   * @param founding whether the group is founded in the run; otherwise it was founded before
   * @param emptied chance that a founder that crashes before it belongs to the group comes back
   *     with an empty disk
   */
  public record Identities(
      double impostors, boolean twins, double forcing, boolean founding, double emptied) {
    /** No such process. */
    public static final Identities NONE = new Identities(0, false, 0, false, 0);

    /** The same, and the group is founded in the run. */
    Identities founding(double emptied) {
      return new Identities(impostors, twins, forcing, true, emptied);
    }
  }

  /**
   * Leaders that are cut off for about as long as a lease lasts. Where the rate is not 0, the
   * clocks' rates are as far apart as a lease bears, in most of the members.
   *
   * @param rate of such isolations
   * @param restarts chance that an isolation comes with a crash of all other members, each of which
   *     is started again within milliseconds, that is, before the leases end that it granted
   * @param departures chance that the leader is asked to stop just before its isolation begins
   */
  public record Isolation(double rate, double restarts, double departures) {
    /** No leader is isolated. */
    public static final Isolation NONE = new Isolation(0, 0, 0);
  }

  /**
   * Losses that a repetition of the message does not overcome by chance. Those by size go on when
   * the other faults end. Those by time do not: no timer of a real host keeps step with a link for
   * seconds, as those of the simulation would.
   *
   * @param oversize whether a message is lost if it carries several entries larger than a page,
   *     several commands larger than a batch, or more than a chunk
   * @param period each link carries nothing for a part of each such time, in virtual microseconds;
   *     0: no link does that
   * @param silent length of that part
   * @param backOff time for which a link carries nothing after a loss; each further loss in a row
   *     doubles it, four times at most
   */
  public record Losses(boolean oversize, long period, long silent, long backOff) {
    /** No such losses. */
    public static final Losses NONE = new Losses(false, 0, 0, 0);
  }

  /**
   * What befalls the messages of one kind.
   *
   * @param kind the simple name of its class
   * @param from the sender; empty for all
   * @param to the receiver; empty for all
   * @param loss chance
   * @param delay at most, besides
   * @param crash chance that the sender crashes as soon as it has sent it
   */
  public record Rule(String kind, String from, String to, double loss, long delay, double crash) {
    private static final Set<String> KINDS = kinds(Message.class);

    /**
     * A rule for messages of that kind.
     *
     * @throws IllegalArgumentException if there is no message of that name, for such a rule would
     *     never do anything
     */
    public Rule {
      if (!KINDS.contains(kind)) {
        throw new IllegalArgumentException("no message is named " + kind);
      }
    }

    private static Set<String> kinds(Class<?> type) {
      Set<String> kinds = new HashSet<>();
      for (Class<?> each : type.getPermittedSubclasses()) {
        if (each.isInterface()) {
          kinds.addAll(kinds(each));
        } else {
          kinds.add(each.getSimpleName());
        }
      }
      return kinds;
    }
  }

  /**
   * What the disks do.
   *
   * @param files true: the production log on simulated files; false: a list of records
   * @param segmentBytes the size of the log's files
   * @param failingForce chance of a force
   * @param full rate: there is no room on a disk until the member is started again
   * @param rot chance, when a frail member crashes, that a bit of its disk flips
   * @param misdirection chance, when a frail member crashes, that a write turns out to have gone to
   *     a wrong place
   * @param wipe chance, when a frail member crashes, that its disk is lost
   * @param frail members that this may happen to. The others contain a quorum of each phase, for no
   *     protocol survives the loss of more. They are opened as {@code strict}
   */
  public record Store(
      boolean files,
      long segmentBytes,
      double failingForce,
      double full,
      double rot,
      double misdirection,
      double wipe,
      List<String> frail) {
    /** Records in memory, of which a crash takes what was not forced. */
    public static final Store RECORDS = new Store(false, 0, 0, 0, 0, 0, 0, List.of());

    public Store {
      frail = List.copyOf(frail);
    }

    /** The same, without faults. */
    Store sound() {
      return new Store(files, segmentBytes, 0, 0, 0, 0, 0, List.of());
    }

    Store calm() {
      return new Store(files, segmentBytes, 0, 0, 0, 0, 0, frail);
    }
  }

  public Faults {
    rules = List.copyOf(rules);
  }

  /** Returns no faults. */
  public static Faults none() {
    return new Faults(
        0,
        0,
        1_000,
        300,
        List.of(),
        0,
        0,
        3_000_000,
        0,
        0,
        false,
        0,
        Store.RECORDS,
        0,
        Identities.NONE,
        Isolation.NONE,
        0,
        0,
        /* retuned= */ false,
        Losses.NONE,
        /* differing= */ false);
  }

  /** The world once it has come to rest; the disks and the links stay what they are. */
  public Faults calm() {
    return none()
        .but(
            calm -> {
              calm.restart = 500_000;
              calm.store = store.calm();
              calm.losses = new Losses(losses.oversize(), 0, 0, 0);
            });
  }

  /** Returns a copy with these rules and rates. */
  public Faults reshaping(List<Rule> rules, double usurpation, double reconfiguration) {
    return but(
        draft -> {
          draft.rules = rules;
          draft.usurpation = usurpation;
          draft.reconfiguration = reconfiguration;
        });
  }

  /**
   * Returns a copy with these identities on disks that do not fail, because the members' knowledge
   * must last.
   */
  Faults withIdentities(Identities identities) {
    return but(
        draft -> {
          draft.identities = identities;
          draft.store = store.sound();
        });
  }

  /** Returns a copy in which every running member is heard by all others within this delay. */
  Faults within(long delay) {
    return but(
        draft -> {
          draft.loss = 0;
          draft.delay = Math.min(this.delay, delay);
          draft.force = Math.min(force, delay);
          draft.rules = List.of();
          draft.crash = 0;
          draft.crashAtSeam = 0;
          draft.partition = 0;
          draft.pause = 0;
          draft.skew = false;
          draft.sleep = 0;
          draft.losses = Losses.NONE;
        });
  }

  /** Returns a copy with isolated leaders at this rate and few other faults. */
  Faults isolating(double usurpation, double reconfiguration, Isolation isolation) {
    return but(
        draft -> {
          draft.loss = loss / 10;
          draft.delay = Math.min(delay, 2_000);
          draft.force = Math.min(force, 500);
          draft.rules = List.of();
          draft.crash = crash / 4;
          draft.crashAtSeam = 0;
          draft.partition = 0;
          draft.pause = 0;
          draft.skew = true;
          draft.usurpation = usurpation;
          draft.reconfiguration = reconfiguration;
          draft.isolation = isolation;
        });
  }

  /** Returns a copy in which machines sleep at this rate, with few other faults. */
  Faults sleeping(double usurpation, double sleep) {
    return isolating(usurpation, 0, Isolation.NONE)
        .but(
            draft -> {
              draft.skew = false;
              draft.sleep = sleep;
            });
  }

  /**
   * Returns a copy in which members crash, often right after they have granted a lease, and start
   * again at once with another lease in their settings, while others become candidates.
   */
  Faults retuned(double usurpation, double crash, double crashAfterGrant, long restart) {
    return but(
        draft -> {
          draft.usurpation = usurpation;
          draft.crash = crash;
          draft.restart = restart;
          draft.rules = List.of(new Rule("HeartbeatAck", "", "", 0, 0, crashAfterGrant));
          draft.retuned = true;
        });
  }

  /** Returns a copy in which a message that asks for an election comes up to so much later. */
  Faults withLateTakeOver(long delay) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule("TakeOver", "", "", 0, delay, 0));
    return but(draft -> draft.rules = more);
  }

  /** Returns a copy with these frail members. */
  Faults withFrail(List<String> frail) {
    return but(
        draft ->
            draft.store =
                new Store(
                    store.files,
                    store.segmentBytes,
                    store.failingForce,
                    store.full,
                    store.rot,
                    store.misdirection,
                    store.wipe,
                    frail));
  }

  /** The same, but for what the edit makes of it. */
  public Faults but(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.made();
  }

  /** All of it, to be changed. */
  public static final class Draft {
    public double loss;
    public double repetition;
    public long delay;
    public long force;
    public List<Rule> rules;
    public double crash;
    public double crashAtSeam;
    public long restart;
    public double partition;
    public double pause;
    public boolean skew;
    public double usurpation;
    public Store store;
    public double reconfiguration;
    public Identities identities;
    public Isolation isolation;
    public double stall;
    public double sleep;
    public boolean retuned;
    public Losses losses;
    public boolean differing;

    private Draft(Faults from) {
      loss = from.loss;
      repetition = from.repetition;
      delay = from.delay;
      force = from.force;
      rules = from.rules;
      crash = from.crash;
      crashAtSeam = from.crashAtSeam;
      restart = from.restart;
      partition = from.partition;
      pause = from.pause;
      skew = from.skew;
      usurpation = from.usurpation;
      store = from.store;
      reconfiguration = from.reconfiguration;
      identities = from.identities;
      isolation = from.isolation;
      stall = from.stall;
      sleep = from.sleep;
      retuned = from.retuned;
      losses = from.losses;
      differing = from.differing;
    }

    private Faults made() {
      return new Faults(
          loss,
          repetition,
          delay,
          force,
          rules,
          crash,
          crashAtSeam,
          restart,
          partition,
          pause,
          skew,
          usurpation,
          store,
          reconfiguration,
          identities,
          isolation,
          stall,
          sleep,
          retuned,
          losses,
          differing);
    }
  }
}
