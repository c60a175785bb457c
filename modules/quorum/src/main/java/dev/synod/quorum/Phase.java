package dev.synod.quorum;

/**
 * The two phases of Paxos; each phase has its own quorums (Howard, Malkhi, Spiegelman, "Flexible
 * Paxos", 2016, section 3).
 */
public enum Phase {
  /** Prepare and Promise: a new leader learns which values earlier ballots may have chosen. */
  ONE,
  /** Accept and Accepted: a value is chosen when a phase-2 quorum has accepted it. */
  TWO
}
