package dev.synod.bench.load;

/** The kind of system that a scenario measures. */
public enum SubjectKind {
  /** This project. */
  OURS,
  /** What the machine and the event bus can do without a protocol. */
  FLOOR,
  /** Another system under the same load. */
  PEER,
  /** A part on its own, measured by JMH. */
  PART
}
