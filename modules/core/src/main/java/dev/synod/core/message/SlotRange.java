package dev.synod.core.message;

/**
 * The slots from {@code first} to {@code last}, both inclusive.
 *
 * @param first first slot
 * @param last last slot; {@link Long#MAX_VALUE} means the rest of the log
 */
public record SlotRange(long first, long last) {
  public SlotRange {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("not a range of slots: " + first + " to " + last);
    }
  }

  public boolean contains(long slot) {
    return first <= slot && slot <= last;
  }
}
