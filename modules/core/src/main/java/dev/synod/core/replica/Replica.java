package dev.synod.core.replica;

import dev.synod.core.CommandRejected;
import dev.synod.core.Outcome;
import dev.synod.core.StateMachine;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.paxos.Configurations;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The applied side of a member: one state machine, and the sessions whose commands it gets. Applies
 * what is chosen in the order of the slots, each command exactly once however often it was
 * proposed.
 */
public final class Replica {
  /** Hears what became of sessions and their commands, in the order of the log. */
  public interface Listener {
    /**
     * A command of this session came to its end; or one of the {@link GroupCommand#NO_SESSION
     * group's own}, that changes its configuration. It may be told again, when a copy of it is
     * found in the log.
     */
    void applied(long session, long sequence, Outcome outcome);

    /**
     * A session was asked for.
     *
     * @param number of the {@link GroupCommand.OpenSession} that asked
     * @param session its id; 0 if it was refused, because there are too many
     */
    void opened(long number, long session);

    /** The client of this session was heard, without a command. */
    void heard(long session);

    /** This session has expired, or was closed. No command of it is applied from now on. */
    void ended(long session);
  }

  /** Where the command that is being applied stands. */
  private static final class Position implements StateMachine.Context {
    private long slot;
    private long time;
    private int place;
    private long session;

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
    public long session() {
      return session;
    }
  }

  /** Of the bytes of a snapshot. */
  private static final byte FORMAT = 1;

  /** Bits of a session's id that count the sessions opened at one slot. */
  private static final int PLACE_BITS = 20;

  private final StateMachine machine;
  private final Configurations configurations;
  private final Listener listener;
  private SessionTable sessions = new SessionTable();
  private final Position position = new Position();

  /** Sessions that were opened at the slot that is being applied. */
  private int opened;

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

  /** Whether this session is open at that slot. */
  boolean isOpen(long session) {
    return sessions.find(session) != null;
  }

  /**
   * The session that was asked for under this number; {@link GroupCommand#NO_SESSION} if none is.
   */
  long opened(long number) {
    return sessions.opened(number);
  }

  /** What a command of this session ended with; null if it was not applied, or is forgotten. */
  public @Nullable Outcome outcome(long session, long sequence) {
    SessionTable.Live live = sessions.find(session);
    return live == null ? null : live.outcome(sequence);
  }

  /** The log's time at that slot, in milliseconds since 1970. */
  public long time() {
    return position.time;
  }

  /** How many sessions there are. */
  public int sessions() {
    return sessions.size();
  }

  /** The hash of the whole state: the machine's, and of the sessions. */
  public long hash() {
    return 31 * (31 * machine.hash() + position.time) + sessions.hash();
  }

  /** Asks the machine. */
  public byte[] query(ByteBuffer question) {
    return machine.query(question);
  }

  /**
   * Keeps the state as it is now, to be written by another thread: {@code format (1) · slot (8) ·
   * time (8)} · the configurations, as {@link Configurations} writes them · the sessions, as {@link
   * SessionTable} does · the machine's bytes.
   */
  public StateMachine.Frozen freeze() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try {
      writeHead(new DataOutputStream(head));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    SessionTable clients = sessions.copy();
    StateMachine.Frozen state = machine.freeze();
    return new StateMachine.Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        out.write(head.toByteArray());
        clients.write(out);
        state.write(out);
      }

      @Override
      public void close() {
        state.close();
      }
    };
  }

  private void writeHead(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeLong(position.slot);
    out.writeLong(position.time);
    configurations.write(out);
  }

  /**
   * Reads a state that {@link #freeze} kept, to the end of the stream; on any thread.
   *
   * @return puts it in place of this one, on the member's thread
   */
  public Runnable prepare(InputStream in) throws IOException {
    DataInputStream from = new DataInputStream(in);
    byte format = from.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "the snapshot has format "
              + format
              + ", and this version reads "
              + FORMAT
              + ": start the version that wrote it");
    }
    long slot = from.readLong();
    long time = from.readLong();
    Configurations then = Configurations.read(from);
    SessionTable clients = SessionTable.read(from);
    Runnable state = machine.prepare(from);
    if (from.read() >= 0) {
      throw new IOException("the state machine did not read all of its snapshot");
    }
    return () -> {
      state.run();
      position.slot = slot;
      position.time = time;
      configurations.become(then);
      sessions = clients;
    };
  }

  /** Applies the entry of the next slot. */
  public void apply(Entry entry) {
    if (entry.slot() != position.slot + 1) {
      throw new IllegalStateException(
          "slot " + entry.slot() + " to be applied after slot " + position.slot);
    }
    position.slot = entry.slot();
    // A no-op for a gap has no time, and a leader's clock may be behind the one of the leader
    // before: time stands still, and never falls.
    position.time = Math.max(position.time, entry.value().time());
    position.place = 0;
    opened = 0;
    entry.value().forEach(this::command);
    configurations.applied(entry.slot());
    // After the commands: those of this slot prove that their clients live, and so does the
    // beginning of a leader.
    expire(position.time);
    machine.applied(entry.slot());
  }

  private void command(long session, long sequence, long acknowledged, ByteBuffer payload) {
    if (session == GroupCommand.NO_SESSION) {
      command(sequence, payload);
      return;
    }
    SessionTable.Live live = sessions.find(session);
    if (live == null) {
      // It has expired: refused alike by every replica, whatever was done before (which whoever
      // sent it knows from its own replica).
      return;
    }
    live.heard(position.time);
    live.acknowledge(acknowledged);
    if (live.isNew(sequence)) {
      position.session = session;
      Outcome outcome = outcome(payload);
      live.keep(sequence, outcome);
      listener.applied(session, sequence, outcome);
      position.place++;
    } else {
      Outcome before = live.outcome(sequence);
      if (before != null) {
        listener.applied(session, sequence, before);
      }
    }
  }

  /**
   * A command of the group itself: however often it is decided, it does what it says or nothing.
   */
  private void command(long number, ByteBuffer payload) {
    GroupCommand command;
    try {
      command = GroupCommand.read(payload);
    } catch (CommandRejected malformed) {
      // Of another version perhaps; it is the same bytes on every replica, and no effect.
      String reason = String.valueOf(malformed.getMessage());
      listener.applied(
          GroupCommand.NO_SESSION, number, new Outcome.Rejected(position.slot, reason));
      return;
    }
    if (command instanceof GroupCommand.ChangeConfiguration change) {
      listener.applied(
          GroupCommand.NO_SESSION, number, configurations.change(position.slot, change));
    } else if (command instanceof GroupCommand.OpenSession open) {
      long id = (position.slot << PLACE_BITS) + opened;
      boolean born = sessions.open(id, number, open.timeout(), position.time);
      opened += born ? 1 : 0;
      listener.opened(number, born ? id : GroupCommand.NO_SESSION);
    } else if (command instanceof GroupCommand.KeepAlive alive) {
      SessionTable.Live live = sessions.find(alive.session());
      if (live != null) {
        live.heard(position.time);
        listener.heard(alive.session());
      }
    } else if (command instanceof GroupCommand.CloseSession close) {
      if (sessions.close(close.session())) {
        ended(close.session());
      }
    } else if (command instanceof GroupCommand.LeaderBegins) {
      sessions.restart(position.time);
    }
  }

  /** Ends the sessions that were silent for too long by that time, which is the log's. */
  public void expire(long time) {
    for (long session : sessions.expire(time)) {
      ended(session);
    }
  }

  private void ended(long session) {
    position.session = session;
    machine.sessionEnded(position);
    listener.ended(session);
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
