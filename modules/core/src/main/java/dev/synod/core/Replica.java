package dev.synod.core;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.TreeMap;
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

    boolean contains(long sequence) {
      return sequence <= upTo || beyond.contains(sequence);
    }

    long hash() {
      long hash = upTo;
      for (long sequence : beyond) {
        hash = 31 * hash + sequence;
      }
      return hash;
    }

    void write(DataOutput out) throws IOException {
      out.writeLong(upTo);
      out.writeInt(beyond.size());
      for (long sequence : beyond) {
        out.writeLong(sequence);
      }
    }

    static Done read(DataInputStream in) throws IOException {
      Done done = new Done();
      done.upTo = in.readLong();
      for (int left = in.readInt(); left > 0; left--) {
        done.beyond.add(in.readLong());
      }
      return done;
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

  /** Of the bytes of a snapshot. */
  private static final byte FORMAT = 1;

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

  /** Whether a command was applied, here or in the snapshot that the state came from. */
  boolean isApplied(long session, long sequence) {
    Done done = sessions.get(session);
    return done != null && done.contains(sequence);
  }

  /** The hash of the whole state: the machine's, and of what was applied for whom. */
  public long hash() {
    long hash = 31 * machine.hash() + position.time;
    for (var session : new TreeMap<>(sessions).entrySet()) {
      hash = 31 * (31 * hash + session.getKey()) + session.getValue().hash();
    }
    return hash;
  }

  /** Asks the machine. */
  public byte[] query(ByteBuffer question) {
    return machine.query(question);
  }

  /**
   * Keeps the state as it is now, to be written by another thread: {@code format (1) · slot (8) ·
   * time (8) · configurations (as Configurations writes them) · sessions (4) · {session (8) · up to
   * (8) · beyond (4) · {sequence (8)}*}* · the machine's bytes}, the sessions in rising order.
   */
  StateMachine.Frozen freeze() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try {
      writeHead(new DataOutputStream(head));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    StateMachine.Frozen state = machine.freeze();
    return new StateMachine.Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        out.write(head.toByteArray());
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
    out.writeInt(sessions.size());
    for (var session : new TreeMap<>(sessions).entrySet()) {
      out.writeLong(session.getKey());
      session.getValue().write(out);
    }
  }

  /**
   * Reads a state that {@link #freeze} kept, to the end of the stream; on any thread.
   *
   * @return puts it in place of this one, on the member's thread
   */
  Runnable prepare(InputStream in) throws IOException {
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
    HashMap<Long, Done> done = new HashMap<>();
    for (int left = from.readInt(); left > 0; left--) {
      done.put(from.readLong(), Done.read(from));
    }
    Runnable state = machine.prepare(from);
    if (from.read() >= 0) {
      throw new IOException("the state machine did not read all of its snapshot");
    }
    return () -> {
      state.run();
      position.slot = slot;
      position.time = time;
      configurations.become(then);
      sessions.clear();
      sessions.putAll(done);
      lastDone = null;
    };
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
