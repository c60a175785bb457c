package dev.synod.core;

/**
 * Which configuration a slot has: {@code cfg(s)} of the design. It is asked only where the answer
 * can no longer change (I1): a change chosen at slot r is first used at r + α.
 */
public final class Configurations {
  private final long alpha;
  private final Configuration first;

  /**
   * A group that has not changed yet.
   *
   * @param alpha the pipeline window, in slots, fixed when the group is born
   */
  public Configurations(long alpha, Configuration first) {
    if (alpha < 1) {
      throw new IllegalArgumentException("the window is at least 1 slot, not " + alpha);
    }
    this.alpha = alpha;
    this.first = first;
  }

  /** How many slots beyond the last known chosen one may be proposed at. */
  public long alpha() {
    return alpha;
  }

  /** The configuration of this slot. */
  public Configuration at(long slot) {
    if (slot < 1) {
      throw new IllegalArgumentException("slots count from 1: " + slot);
    }
    return first;
  }
}
