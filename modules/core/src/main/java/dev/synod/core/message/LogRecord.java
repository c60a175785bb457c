package dev.synod.core.message;

/** A record of a member's durable log. A later record supersedes an earlier one. */
public sealed interface LogRecord {
  /**
   * Tells whether a message or a caller waits for the record to become durable. Other records are
   * written together with the next awaited one, so that reconstructible knowledge costs no log
   * force.
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

  /** This member has used the ballot for its own proposals and will not use it again (I4). */
  record Campaigned(Ballot ballot) implements LogRecord {}

  /** This member has accepted the value, which may not be chosen. */
  record Accepted(Entry entry) implements LogRecord {}

  /** The value is chosen in its slot; another member has taught it. */
  record Learned(Entry entry) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /** The log's value of every slot up to this one is chosen. */
  record Chosen(long slot) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /**
   * The initial configuration of the group. A member whose log lacks this record belongs to no
   * group yet; a repeated record has the same content.
   *
   * @param alpha pipeline window, in slots
   * @param configuration first configuration of the group
   */
  record Initialized(long alpha, Configuration configuration) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /** This member has left the group, is not needed any more, and never answers again. */
  record Left() implements LogRecord {}

  /**
   * This member grants leases of up to this duration. The record precedes the first grant of that
   * length, so that after a restart the member waits for the longest lease that may still last.
   *
   * @param duration duration in milliseconds of the member's monotonic clock
   */
  record LeaseGranted(long duration) implements LogRecord {
    public LeaseGranted {
      if (duration < 1) {
        throw new IllegalArgumentException("a lease of " + duration + " ms");
      }
    }
  }

  /** No member of the group applies this command. */
  record Skipped(SkippedCommand command) implements LogRecord {}

  /** What a member knows of who speaks under which name, itself included. */
  sealed interface OfIdentity extends LogRecord {}

  /** From here on the member lives in that epoch. */
  record EpochBegan(Epoch epoch) implements OfIdentity {
    @Override
    public boolean awaited() {
      return false;
    }
  }

  /**
   * This member has given its word, as a founder, to the process of the first founder with that
   * store, and gives it to no other one.
   *
   * @param store store of the first founder, not 0
   */
  record Pledged(long store) implements OfIdentity {}

  /** This life was heard under that member's name, and is the latest one that was. */
  record Met(String member, Incarnation incarnation) implements OfIdentity {}

  /**
   * This member was excluded and never answers again.
   *
   * @param why reason
   * @param epoch epoch of the member that excluded it
   */
  record Excluded(ExclusionReason why, Epoch epoch) implements OfIdentity {}

  /**
   * A snapshot contains every slot up to this one, so that the slots may be removed from the log.
   */
  record Truncated(long floor) implements LogRecord {
    @Override
    public boolean awaited() {
      return false;
    }
  }
}
