package dev.synod.simulation;

import java.util.List;

/**
 * How cruel a run is. Chances are from 0 to 1; rates are per virtual second and for the whole
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
 * @param usurpation rate: a member becomes a candidate though nobody misses a leader
 * @param store what the disks do
 * @param reconfiguration rate: members come and go, and quorums change
 * @param identities what runs under a name that it has no right to
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
    Identities identities) {
  /** Everybody is who he says he is. */
  public Faults(
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
      double reconfiguration) {
    this(
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
        Identities.NONE);
  }

  /**
   * What runs under a name that it has no right to.
   *
   * @param impostors rate: a second machine is started under a member's name, with an empty disk or
   *     an old copy of that member's, where all others know better
   * @param twins whether they have the newest copy instead, of a member that runs on
   * @param forcing rate, once in a run: all stand still, and one member is made the whole group;
   *     the others are started all the same
   */
  public record Identities(double impostors, boolean twins, double forcing) {
    /** Everybody is who he says he is. */
    public static final Identities NONE = new Identities(0, false, 0);
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
  public record Rule(String kind, String from, String to, double loss, long delay, double crash) {}

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
    identities = identities == null ? Identities.NONE : identities;
  }

  /** The world once it has come to rest; the disks stay what they are. */
  public Faults calm() {
    return new Faults(0, 0, 1_000, 300, List.of(), 0, 0, 500_000, 0, 0, false, 0, store.calm(), 0);
  }

  Faults withoutReconfiguration() {
    return reshaping(rules, usurpation, 0);
  }

  /** With other rules, and these rates. */
  Faults reshaping(List<Rule> rules, double usurpation, double reconfiguration) {
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
        identities);
  }

  /** With these identities, on disks that do not fail: what they know must last. */
  Faults withIdentities(Identities identities) {
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
        store.sound(),
        reconfiguration,
        identities);
  }

  /** In a world where a member that runs is heard by all, at once. */
  Faults within(long delay) {
    return new Faults(
        0,
        repetition,
        Math.min(this.delay, delay),
        Math.min(force, delay),
        List.of(),
        0,
        0,
        restart,
        0,
        0,
        false,
        usurpation,
        store,
        reconfiguration,
        identities);
  }

  Faults withFrail(List<String> frail) {
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
        new Store(
            store.files,
            store.segmentBytes,
            store.failingForce,
            store.full,
            store.rot,
            store.misdirection,
            store.wipe,
            frail),
        reconfiguration,
        identities);
  }

  /** A world in which nothing happens but what a test does. */
  public static Faults none() {
    return new Faults(
        0, 0, 1_000, 300, List.of(), 0, 0, 3_000_000, 0, 0, false, 0, Store.RECORDS, 0);
  }
}
