package dev.synod.core;

/** The roles of a member (Lamport, "Paxos Made Simple", section 2.1). */
public enum Role {
  ACCEPTOR,
  PROPOSER,
  LEARNER
}
