package dev.synod.core.proposer;

import dev.synod.core.message.GroupCommand;

/** The replicated state of a member, as far as its leadership depends on it. */
public interface LeaderState {
  /** A state at slot 0 that skips no command and waits for no time. */
  LeaderState EMPTY =
      new LeaderState() {
        @Override
        public GroupCommand.LeaderBegins leaderBegins() {
          return GroupCommand.LeaderBegins.PLAIN;
        }

        @Override
        public long applied() {
          return 0;
        }

        @Override
        public long time() {
          return 0;
        }

        @Override
        public boolean isDue(long after, long time) {
          return false;
        }
      };

  /** Returns what the member says of its state when it begins to lead. */
  GroupCommand.LeaderBegins leaderBegins();

  /** Returns the last applied slot. */
  long applied();

  /** Returns the log's time at the last applied slot, in milliseconds since 1970. */
  long time();

  /**
   * Tells whether something ends in this time of the log: a session, or what the state machine
   * keeps until a deadline.
   *
   * @param after start of the time, exclusive, in milliseconds since 1970
   * @param time end of the time, inclusive
   */
  boolean isDue(long after, long time);
}
