package dev.synod.simulation;

import java.util.SplittableRandom;

/**
 * How cruel a run is.
 *
 * @param loss of a message
 * @param lossOfPhaseTwo of an Accept, an Accepted or a Chosen, besides: what a leader did is then
 *     known to few
 * @param repetition of a message
 * @param delay of a message at most, in virtual microseconds; they overtake each other
 * @param force how long a force takes at most, in virtual microseconds
 * @param crash of some member, per virtual second
 * @param crashAtSeam of a member when its force is done: before the records are durable, or after
 *     that and before anything is sent
 * @param partition that begins, per virtual second
 * @param skew of the members' clocks, which then run at a tenth to three times the right speed: a
 *     leader may be the last to know that it is one no more
 * @param usurpation per virtual second: a member becomes a candidate though nobody misses a leader,
 *     which costs time and never agreement
 */
record Faults(
    double loss,
    double lossOfPhaseTwo,
    double repetition,
    long delay,
    long force,
    double crash,
    double crashAtSeam,
    double partition,
    boolean skew,
    double usurpation) {
  static Faults draw(SplittableRandom random) {
    return new Faults(
        random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3,
        random.nextInt(3) != 0 ? 0 : random.nextDouble() * 0.8,
        random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.5,
        200 + random.nextInt(random.nextBoolean() ? 2_000 : 40_000),
        50 + random.nextInt(random.nextBoolean() ? 500 : 20_000),
        random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.6,
        random.nextInt(2) == 0 ? 0 : random.nextDouble() * (random.nextInt(4) == 0 ? 0.08 : 0.004),
        random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.6,
        random.nextInt(3) == 0,
        random.nextInt(2) == 0 ? 0 : random.nextDouble() * 10);
  }

  /** The world once it has come to rest. */
  static final Faults NONE = new Faults(0, 0, 0, 1_000, 300, 0, 0, 0, false, 0);
}
