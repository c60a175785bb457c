package dev.synod.core;

/** The parts a member can play (Lamport, "Paxos Made Simple", section 2.1). */
public enum Role {
  ACCEPTOR,
  PROPOSER,
  LEARNER
}
