package dev.synod.quorum;

/** State of a count of answers. */
public enum Verdict {
  /** The members that granted contain a quorum. */
  WON,
  /** The members that have not refused contain no quorum any more, so that waiting is useless. */
  LOST,
  /** The count is neither won nor lost yet. */
  PENDING
}
