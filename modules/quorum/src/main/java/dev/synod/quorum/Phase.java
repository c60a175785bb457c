package dev.synod.quorum;

/**
 * The two phases of Paxos; each has its own quorums (Howard, Malkhi, Spiegelman 2016, section 3).
 */
public enum Phase {
  /** Prepare and Promise: a new leader learns what earlier ballots may have chosen. */
  ONE,
  /** Accept and Accepted: a value is chosen, or no later ballot is shown to have decided. */
  TWO
}
