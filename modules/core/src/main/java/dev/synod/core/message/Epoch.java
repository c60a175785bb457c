package dev.synod.core.message;

import java.util.Locale;

/**
 * Identity of a history of a group: the founding of the group, and the forced configurations since.
 * Two foundings have nothing in common but a name, and a forced configuration may contradict the
 * former history. Members of different epochs therefore ignore each other.
 *
 * @param birth identity of the founding, see {@link Foundation#birth}; 0 while a member knows no
 *     group yet
 * @param number number of forced configurations so far; -1 while a member knows no group yet
 * @param by member at which the last configuration was forced; empty if none was
 */
public record Epoch(long birth, long number, String by) {
  /**
   * First epoch of a group whose data directory names no birth. {@link
   * dev.synod.core.host.Recovered} computes the birth of such a directory.
   */
  public static final Epoch FIRST = first(0);

  /** The epoch of a joining member, or of a founder, that does not know its group yet. */
  public static final Epoch UNBORN = new Epoch(0, -1, "");

  public Epoch {
    if (number < -1 || (number > 0) == by.isEmpty() || (number < 0 && birth != 0)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "epoch %d by '%s' of birth %016x", number, by, birth));
    }
  }

  /** Returns the epoch that starts with that birth. */
  public static Epoch first(long birth) {
    return new Epoch(birth, 0, "");
  }

  /** Returns this epoch with another birth. */
  public Epoch of(long other) {
    return new Epoch(other, number, by);
  }

  /** Returns the epoch that starts when a configuration is forced at that member. */
  public Epoch forcedBy(String member) {
    return new Epoch(birth, number + 1, member);
  }

  /** Tells whether the member of this epoch knows no group yet. */
  public boolean isUnborn() {
    return number < 0;
  }

  /** Tells whether a member of this epoch accepts messages of the other epoch. */
  public boolean listensTo(Epoch other) {
    return isUnborn() || other.isUnborn() || equals(other);
  }

  /** Tells whether both epochs belong to one founding. */
  public boolean isOfBirth(Epoch other) {
    return birth == other.birth;
  }

  /** Tells whether this epoch follows the other one, whose members have to stop. */
  public boolean fences(Epoch other) {
    return isOfBirth(other) && number > other.number;
  }

  /**
   * Returns the identity of this history as 16 hexadecimal digits; empty if no group is known. Two
   * histories of one name have different identities: a position or a version of the one means
   * nothing in the other.
   */
  public String identity() {
    if (isUnborn()) {
      return "";
    }
    long hash = Foundation.mix(Foundation.mix(birth) + number);
    for (int i = 0; i < by.length(); i++) {
      hash = Foundation.mix(hash + by.charAt(i));
    }
    return String.format(Locale.ROOT, "%016x", hash);
  }

  @Override
  public String toString() {
    return number <= 0 ? String.valueOf(number) : number + " (forced at " + by + ")";
  }
}
