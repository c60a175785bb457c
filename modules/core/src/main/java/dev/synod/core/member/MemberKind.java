package dev.synod.core.member;

/** How a {@link Member} takes part in its group. */
public enum MemberKind {
  /** Hosts the state machine and answers callers. */
  MEMBER,

  /** Hosts no state machine. It keeps the log, because it accepts or may lead. */
  WITNESS,

  /**
   * Is no member of any configuration: its name is one that no member ever has, it starts without a
   * log, and what it appends need not be kept.
   */
  CLIENT
}
