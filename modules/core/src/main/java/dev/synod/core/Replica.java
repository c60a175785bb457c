package dev.synod.core;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The applied side of a member: one state machine, and who has had which command applied. Applies
 * what is chosen in the order of the slots, each command exactly once however often it was
 * proposed.
 */
public final class Replica {
  /** Hears of every command that is applied. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A command of this session came to its end, at this replica, for the first time; one of the
     * {@link GroupCommand#SESSION group's own} each time.
     */
    void applied(long session, long sequence, Outcome outcome);
  }

  /** Which sequences of one session were applied: all up to a number, and some beyond. */
  private static final class Done {
    long upTo;
    final TreeSet<Long> beyond = new TreeSet<>();

    /** Whether this one is new; from now on it is not. */
    boolean first(long sequence, long acknowledged) {
      if (acknowledged > upTo) {
        // Nobody waits for those any more: a copy that comes now is late.
        upTo = acknowledged;
        beyond.headSet(upTo, true).clear();
      }
      if (sequence == upTo + 1 && beyond.isEmpty()) {
        // In order, as nearly all come: nothing to remember one by one.
        upTo = sequence;
        return true;
      }
      if (sequence <= upTo || !beyond.add(sequence)) {
        return false;
      }
      while (!beyond.isEmpty() && beyond.first() == upTo + 1) {
        upTo = beyond.pollFirst();
      }
      return true;
    }
  }

  /** Where the command that is being applied stands. */
  private static final class Position implements StateMachine.Context {
    private Ballot ballot = Ballot.NONE;
    private long slot;
    private long time;
    private int place;

    @Override
    public long slot() {
      return slot;
    }

    @Override
    public int index() {
      return place;
    }

    @Override
    public long time() {
      return time;
    }

    @Override
    public Ballot ballot() {
      return ballot;
    }
  }

  private final StateMachine machine;
  private final Configurations configurations;
  private final Listener listener;
  private final HashMap<Long, Done> sessions = new HashMap<>();
  private final Position position = new Position();

  /** Of the last command; the next one is of the same session more often than not. */
  private long lastSession;

  private @Nullable Done lastDone;

  /**
   * A replica in the state that the machine is in, at slot 0.
   *
   * @param configurations are told of each slot, and of the changes in it
   */
  public Replica(StateMachine machine, Configurations configurations, Listener listener) {
    this.machine = machine;
    this.configurations = configurations;
    this.listener = listener;
  }

  /** The last slot that was applied. */
  public long applied() {
    return position.slot;
  }

  /** The hash of the machine's state. */
  public long hash() {
    return machine.hash();
  }

  /** Asks the machine. */
  public byte[] query(ByteBuffer question) {
    return machine.query(question);
  }

  /** Applies the entry of the next slot. */
  public void apply(Entry entry) {
    if (entry.slot() != position.slot + 1) {
      throw new IllegalStateException(
          "slot " + entry.slot() + " to be applied after slot " + position.slot);
    }
    position.slot = entry.slot();
    position.ballot = entry.ballot();
    // A leader's clock may be behind the one of the leader before: time stands still, and never
    // falls.
    position.time = Math.max(position.time, entry.value().time());
    position.place = 0;
    entry.value().forEach(this::command);
    configurations.applied(entry.slot());
    machine.applied(entry.slot());
  }

  private void command(long session, long sequence, long acknowledged, ByteBuffer payload) {
    if (session == GroupCommand.SESSION) {
      listener.applied(session, sequence, groupOutcome(payload));
      return;
    }
    Done done = done(session);
    if (done.first(sequence, acknowledged)) {
      listener.applied(session, sequence, outcome(payload));
      position.place++;
    }
  }

  private Done done(long session) {
    Done done = lastDone;
    if (done == null || session != lastSession) {
      done = sessions.computeIfAbsent(session, id -> new Done());
      lastSession = session;
      lastDone = done;
    }
    return done;
  }

  /**
   * A command of the group itself: however often it is decided, it does what it says or nothing.
   */
  private Outcome groupOutcome(ByteBuffer payload) {
    try {
      if (GroupCommand.read(payload) instanceof GroupCommand.ChangeConfiguration change) {
        return configurations.change(position.slot, change);
      }
      return new Outcome.Rejected(position.slot, "no command that this group knows");
    } catch (CommandRejected rejected) {
      return new Outcome.Rejected(position.slot, String.valueOf(rejected.getMessage()));
    }
  }

  private Outcome outcome(ByteBuffer payload) {
    try {
      return new Outcome.Applied(position.slot, machine.apply(position, payload));
    } catch (CommandRejected rejected) {
      return new Outcome.Rejected(position.slot, String.valueOf(rejected.getMessage()));
    } catch (RuntimeException thrown) {
      // Every replica is in the same state and throws the same: it is the command's own error.
      return new Outcome.Rejected(position.slot, thrown.toString());
    }
  }
}
