package dev.synod.quorum;

import java.util.Locale;

/**
 * Counts the answers of one phase, by member and not by message. A repeated answer and an answer of
 * a non-member change nothing.
 *
 * <p>A grant is final: a later refusal is ignored, and a grant after a refusal (reordered on the
 * network) replaces it. Not thread-safe.
 */
public final class Tally {
  private final QuorumSystem system;
  private final Phase phase;
  private long granted;
  private long refused;

  Tally(QuorumSystem system, Phase phase) {
    this.system = system;
    this.phase = phase;
  }

  /**
   * Counts a grant.
   *
   * @return whether the count changed
   */
  public boolean grant(String member) {
    long bit = bit(member);
    boolean changed = (bit & ~granted) != 0;
    granted |= bit;
    refused &= ~bit;
    return changed;
  }

  /**
   * Counts a refusal.
   *
   * @return whether the count changed
   */
  public boolean refuse(String member) {
    long bit = bit(member);
    boolean changed = (bit & ~(granted | refused)) != 0;
    refused |= bit & ~granted;
    return changed;
  }

  public Verdict verdict() {
    return system.verdict(phase, granted, refused);
  }

  /** Returns the members that granted, as a bit set. */
  public long granted() {
    return granted;
  }

  /** Returns the members that refused and did not grant, as a bit set. */
  public long refused() {
    return refused;
  }

  public boolean hasGranted(String member) {
    return (granted & bit(member)) != 0;
  }

  private long bit(String member) {
    int i = system.indexOf(member);
    return i < 0 ? 0 : 1L << i;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "phase %s of %s: %s, granted %s, refused %s",
        phase,
        system,
        verdict(),
        system.names(granted),
        system.names(refused));
  }
}
