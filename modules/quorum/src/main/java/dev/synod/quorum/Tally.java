package dev.synod.quorum;

/**
 * Counts one phase's answers: members, not messages. A repeated answer and one of a non-member
 * change nothing.
 *
 * <p>A grant is a fact that no refusal undoes: a refusal after it is ignored, and a grant after a
 * refusal (reordered on the way) takes its place. For one thread.
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

  /** Counts a grant; whether it changed anything. */
  public boolean grant(String member) {
    long bit = bit(member);
    boolean changed = (bit & ~granted) != 0;
    granted |= bit;
    refused &= ~bit;
    return changed;
  }

  /** Counts a refusal; whether it changed anything. */
  public boolean refuse(String member) {
    long bit = bit(member);
    boolean changed = (bit & ~(granted | refused)) != 0;
    refused |= bit & ~granted;
    return changed;
  }

  public Verdict verdict() {
    return system.verdict(phase, granted, refused);
  }

  /** Who granted, as a bit set. */
  public long granted() {
    return granted;
  }

  /** Who refused and did not grant, as a bit set. */
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
    return "phase %s of %s: %s, granted %s, refused %s"
        .formatted(phase, system, verdict(), system.names(granted), system.names(refused));
  }
}
