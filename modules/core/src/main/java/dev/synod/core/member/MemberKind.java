package dev.synod.core.member;

/** The kind of a {@link Member}. */
public enum MemberKind {
  /** A member that hosts the state machine and answers callers. */
  MEMBER,

  /**
   * A member without a state machine. It stores the log because it is an acceptor or a proposer.
   */
  WITNESS,

  /**
   * A client, which is in no configuration. Its name is one that no member has, it starts without a
   * log, and its records need not be stored.
   */
  CLIENT
}
