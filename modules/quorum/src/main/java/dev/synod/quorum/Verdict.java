package dev.synod.quorum;

/** Where a count stands. */
public enum Verdict {
  /** Those who granted hold a quorum. */
  WON,
  /** Those who have not refused hold no quorum any more: waiting on is useless. */
  LOST,
  /** Neither yet. */
  PENDING
}
