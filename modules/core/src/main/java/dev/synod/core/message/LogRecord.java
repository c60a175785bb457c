package dev.synod.core.message;

/** What a member writes to its durable log. In the order of the log, the later one wins. */
public sealed interface LogRecord {
  /**
   * Whether somebody waits for it to be durable. A record that nobody waits for goes to disk with
   * the next one that is, so that knowledge which can be had again never costs a force.
   */
  default boolean awaited() {
    return true;
  }

  /**
   * What a reader of records throws for a kind that it has no branch for: a record that is skipped
   * may be a promise that is broken.
   */
  static IllegalArgumentException unhandled(LogRecord record) {
    return new IllegalArgumentException("no branch for the record " + record.getClass().getName());
  }

  /** This member will never answer a lower ballot (I6). */
  record Promised(Ballot ballot) implements LogRecord {}

  /** This member has used this ballot of its own, and never will again (I4). */
  record Campaigned(Ballot ballot) implements LogRecord {}

  /** This member accepted the value; not to be taken for chosen. */
  record Accepted(Entry entry) implements LogRecord {}

  /** The value is chosen at its slot; it came from another member that knew. */
  record Learned(Entry entry) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /** At every slot up to this one, what the log holds here is chosen. */
  record Chosen(long slot) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /**
   * The group was born so. Without it a member goes by what it is started with; written again, it
   * says the same.
   *
   * @param alpha the window, in slots
   */
  record Initialized(long alpha, Configuration configuration) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /** This member has left the group, is not needed any more, and never answers again. */
  record Left() implements LogRecord {}

  /** What a member knows of who speaks under which name, itself included. */
  sealed interface OfIdentity extends LogRecord {}

  /** From here on the member lives in that epoch. */
  record EpochBegan(Epoch epoch) implements OfIdentity {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /** This life was heard under that member's name, and is the latest one that was. */
  record Met(String member, Incarnation incarnation) implements OfIdentity {}

  /**
   * This member was told that it may not take part, and never answers again.
   *
   * @param epoch the one that it was told in
   */
  record Excluded(ExclusionReason why, Epoch epoch) implements OfIdentity {}

  /** Everything up to this slot is in a snapshot and may be cut off. */
  record Truncated(long floor) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }
}
