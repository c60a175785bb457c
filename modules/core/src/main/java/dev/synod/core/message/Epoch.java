package dev.synod.core.message;

/**
 * Identity of a history of a group. A forced configuration starts a new epoch. It may contradict
 * the former history, so members of different epochs ignore each other.
 *
 * @param number number of forced configurations so far; -1 while a member knows no group yet
 * @param by member at which the last configuration was forced; empty if none was
 */
public record Epoch(long number, String by) {
  /** The epoch of a new group. */
  public static final Epoch FIRST = new Epoch(0, "");

  /** The epoch of a joining member that does not know its group yet. */
  public static final Epoch UNBORN = new Epoch(-1, "");

  public Epoch {
    if (number < -1 || (number > 0) == by.isEmpty()) {
      throw new IllegalArgumentException("epoch " + number + " by '" + by + "'");
    }
  }

  /** Returns the epoch that starts when a configuration is forced at that member. */
  public Epoch forcedBy(String member) {
    return new Epoch(number + 1, member);
  }

  /** Tells whether a member of this epoch accepts messages of the other epoch. */
  public boolean listensTo(Epoch other) {
    return number < 0 || other.number < 0 || (number == other.number && by.equals(other.by));
  }

  /** Tells whether this epoch follows the other one, whose members have to stop. */
  public boolean fences(Epoch other) {
    return number > other.number;
  }

  @Override
  public String toString() {
    return number <= 0 ? String.valueOf(number) : number + " (forced at " + by + ")";
  }
}
