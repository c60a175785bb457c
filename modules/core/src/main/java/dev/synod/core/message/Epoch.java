package dev.synod.core.message;

/**
 * Which history of a group a member lives in. A configuration that was forced ({@link
 * ForcedConfiguration}) begins another one: it may contradict the former, so nobody of one listens
 * to anybody of another.
 *
 * @param number how often a configuration was forced; -1 while a member knows no group yet
 * @param by the member where it was forced last; empty before
 */
public record Epoch(long number, String by) {
  /** As groups are born. */
  public static final Epoch FIRST = new Epoch(0, "");

  /** Of a member that joins, and does not know yet what it joins. */
  public static final Epoch UNBORN = new Epoch(-1, "");

  public Epoch {
    if (number < -1 || (number > 0) == by.isEmpty()) {
      throw new IllegalArgumentException("epoch " + number + " by '" + by + "'");
    }
  }

  /** The one that begins when a configuration is forced at that member. */
  public Epoch forcedBy(String member) {
    return new Epoch(number + 1, member);
  }

  /** Whether a member of this one listens to one of the other. */
  public boolean listensTo(Epoch other) {
    return number < 0 || other.number < 0 || (number == other.number && by.equals(other.by));
  }

  /** Whether this one came after the other, whose members are to stop. */
  public boolean fences(Epoch other) {
    return number > other.number;
  }

  @Override
  public String toString() {
    return number <= 0 ? String.valueOf(number) : number + " (forced at " + by + ")";
  }
}
