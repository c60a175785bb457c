package dev.synod.core.replica;

import dev.synod.core.CommandFailed;
import dev.synod.core.CommandRejected;
import dev.synod.core.Outcome;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.proposer.LeaderState;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The applied state of a member: one state machine and the sessions of its commands. It applies
 * chosen values in the order of the slots, and each command exactly once, however often it was
 * proposed.
 */
public final class Replica implements LeaderState {
  /** Receives the results of commands and the changes of sessions, in the order of the log. */
  public interface Listener {
    /**
     * Reports the outcome of a command of a session, or of a {@link GroupCommand#NO_SESSION group
     * command} that changes the configuration. The call repeats if the log contains another copy of
     * the command.
     */
    void applied(long session, long sequence, Outcome outcome);

    /**
     * Reports an opened session.
     *
     * @param number number of its {@link GroupCommand.OpenSession}
     * @param session id of the session; 0 if it was refused because there are too many
     */
    void opened(long number, long session);

    /** Reports that a session was kept alive without a command. */
    void heard(long session);

    /** Reports that a session has expired or was closed. No command of it is applied any more. */
    void ended(long session);

    /**
     * Reports an exception of the state machine that is not a {@link CommandRejected}. The outcome
     * of the command names only its class.
     */
    default void threw(long slot, RuntimeException thrown) {}
  }

  /**
   * Thrown if this member's state has skipped other commands than the leader's. The states differ,
   * and nothing tells which one is right.
   */
  static final class SkippedDiffer extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    SkippedDiffer(SortedSet<SkippedCommand> here, List<SkippedCommand> there) {
      super(
          "this member has skipped "
              + here
              + ", and the leader has skipped "
              + there
              + ": a command is skipped at every member or at none. Keep the data directories. Give"
              + " the members that differ empty directories under new names, or fetch the state of"
              + " the others");
    }
  }

  /** Position of the command that is being applied. */
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

  /** Format of the snapshot's bytes, without and with skipped commands. */
  private static final byte FORMAT = 1;

  private static final byte FORMAT_WITH_SKIPPED = 2;

  /** Maximum length of the reason of a rejection, in characters. */
  private static final int MAX_REASON = 1_000;

  private static final String SKIPPED = "skipped by an operator, because it ended with an error";

  /** Bits of a session's id that number the sessions opened in one slot. */
  private static final int PLACE_BITS = 20;

  private final StateMachine machine;
  private final Configurations configurations;
  private final Listener listener;
  private SessionTable sessions = new SessionTable();
  private final Position position = new Position();

  /** Number of sessions opened in the slot that is being applied. */
  private int opened;

  /** Whether the state machine was told of the time of the slot that is being applied. */
  private boolean timePassed;

  /** Position of the command in the value of the slot that is being applied. */
  private int index;

  /** Commands that this member's log says to skip. */
  private final TreeSet<SkippedCommand> toSkip;

  /** Commands that the state has skipped. */
  private TreeSet<SkippedCommand> skipped = new TreeSet<>();

  /**
   * Creates a replica with the current state of the state machine, at slot 0.
   *
   * @param configurations configurations, which are updated by each slot
   */
  public Replica(StateMachine machine, Configurations configurations, Listener listener) {
    this(machine, configurations, Set.of(), listener);
  }

  /**
   * Creates a replica that skips some commands.
   *
   * @param toSkip commands that no member of the group applies
   */
  public Replica(
      StateMachine machine,
      Configurations configurations,
      Set<SkippedCommand> toSkip,
      Listener listener) {
    this.machine = machine;
    this.configurations = configurations;
    this.toSkip = new TreeSet<>(toSkip);
    this.listener = listener;
  }

  @Override
  public GroupCommand.LeaderBegins leaderBegins() {
    if (machine instanceof Witness) {
      return GroupCommand.LeaderBegins.PLAIN;
    }
    TreeSet<SkippedCommand> all = new TreeSet<>(skipped);
    toSkip.stream().filter(command -> command.slot() > position.slot).forEach(all::add);
    return new GroupCommand.LeaderBegins(position.slot, List.copyOf(all));
  }

  @Override
  public long applied() {
    return position.slot;
  }

  /** Tells whether this session is open at the last applied slot. */
  boolean isOpen(long session) {
    return sessions.find(session) != null;
  }

  /**
   * Returns the session opened under this number; {@link GroupCommand#NO_SESSION} if there is none.
   */
  long opened(long number) {
    return sessions.opened(number);
  }

  /** Returns the outcome of a command; null if it was not applied, or if it is forgotten. */
  public @Nullable Outcome outcome(long session, long sequence) {
    SessionTable.Live live = sessions.find(session);
    return live == null ? null : live.outcome(sequence);
  }

  @Override
  public boolean isDue(long after, long time) {
    boolean rest =
        position.time >= after && position.time < time && nextDeadline() <= position.time;
    return rest || machine.nextDeadline(after) <= time || sessions.isDue(after, time);
  }

  /** Returns the earliest deadline of the state machine; see {@link StateMachine#nextDeadline}. */
  public long nextDeadline() {
    return machine.nextDeadline(Long.MIN_VALUE);
  }

  @Override
  public long time() {
    return position.time;
  }

  /** Returns the number of sessions. */
  public int sessions() {
    return sessions.size();
  }

  /** Returns the hash of the whole state: of the state machine and of the sessions. */
  public long hash() {
    long hash = 31 * (31 * machine.hash() + position.time) + sessions.hash();
    for (SkippedCommand command : skipped) {
      hash = 31 * (31 * hash + command.slot()) + command.index();
    }
    return hash;
  }

  /** Queries the state machine. */
  public byte[] query(ByteBuffer question) {
    return machine.query(question);
  }

  /**
   * Freezes the current state for another thread to write: {@code format (1) · slot (8) · time (8)}
   * · the configurations, as {@link Configurations} writes them · in format 2 the skipped commands,
   * as {@link GroupCommand#writeSkipped} writes them · the sessions, as {@link SessionTable} writes
   * them · the bytes of the state machine.
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
    out.writeByte(skipped.isEmpty() ? FORMAT : FORMAT_WITH_SKIPPED);
    out.writeLong(position.slot);
    out.writeLong(position.time);
    configurations.write(out);
    if (!skipped.isEmpty()) {
      GroupCommand.writeSkipped(skipped, out);
    }
  }

  /**
   * Reads a state that {@link #freeze} wrote, to the end of the stream, on any thread.
   *
   * @return action that installs the state, run on the member's thread
   */
  public Runnable prepare(InputStream in) throws IOException {
    DataInputStream from = new DataInputStream(in);
    byte format = from.readByte();
    if (format != FORMAT && format != FORMAT_WITH_SKIPPED) {
      throw new IOException(
          "the snapshot has format "
              + format
              + ", but this version of Synod reads "
              + FORMAT
              + " and "
              + FORMAT_WITH_SKIPPED
              + ": use the version that wrote it");
    }
    long slot = from.readLong();
    long time = from.readLong();
    Configurations then = Configurations.read(from);
    List<SkippedCommand> without = format == FORMAT ? List.of() : GroupCommand.readSkipped(from);
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
      skipped = new TreeSet<>(without);
    };
  }

  /** Applies the entry of the next slot. */
  public void apply(Entry entry) {
    if (entry.slot() != position.slot + 1) {
      throw new IllegalStateException(
          "slot " + entry.slot() + " cannot be applied after slot " + position.slot);
    }
    position.slot = entry.slot();
    // A no-op for a gap has no timestamp, and a leader's clock may be behind that of its
    // predecessor; the log's time then stays and never decreases.
    position.time = Math.max(position.time, entry.value().time());
    position.place = 0;
    opened = 0;
    index = 0;
    timePassed = false;
    entry.value().forEach(this::command);
    passTime();
    configurations.applied(entry.slot());
    // Sessions expire after the commands of the slot, because these commands and a LeaderBegins
    // keep sessions alive.
    expire(position.time);
    try {
      machine.applied(entry.slot());
    } catch (Error failed) {
      throw failed(CommandFailed.NO_COMMAND, "the end of slot " + position.slot, failed);
    }
  }

  /** Lets the state machine end what the time of the slot has reached. */
  private void passTime() {
    if (timePassed) {
      return;
    }
    timePassed = true;
    if (nextDeadline() <= position.time) {
      position.session = GroupCommand.NO_SESSION;
      try {
        machine.timePassed(position);
      } catch (Error failed) {
        String what = "the passing of time at slot " + position.slot;
        throw failed(CommandFailed.NO_COMMAND, what, failed);
      }
    }
  }

  private void command(long session, long sequence, long acknowledged, ByteBuffer payload) {
    if (session == GroupCommand.NO_SESSION) {
      command(sequence, payload);
    } else {
      passTime();
      command(session, sequence, acknowledged, payload, index);
    }
    index++;
  }

  private void command(long session, long sequence, long acknowledged, ByteBuffer payload, int at) {
    if (!SessionTable.isPossible(sequence, acknowledged)) {
      return;
    }
    SessionTable.Live live = sessions.find(session);
    if (live == null) {
      // The session has expired, so every replica refuses the command; its sender knows from its
      // own replica which commands were applied earlier.
      return;
    }
    live.heard(position.time);
    live.acknowledge(acknowledged);
    if (live.isNew(sequence)) {
      position.session = session;
      Outcome outcome = outcome(sequence, payload, at);
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

  /** Applies a group command, which is harmless if it is chosen twice. */
  private void command(long number, ByteBuffer payload) {
    GroupCommand command;
    try {
      command = GroupCommand.read(payload);
    } catch (CommandRejected malformed) {
      // The command may come from another version; every replica has the same bytes and ignores
      // them.
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
      long session = sessions.open(id, number, open.timeout(), position.time);
      opened += session == id ? 1 : 0;
      listener.opened(number, session);
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
    } else if (command instanceof GroupCommand.LeaderBegins begins) {
      sessions.restart(position.time);
      leaderBegan();
      compare(begins);
    }
  }

  private void leaderBegan() {
    position.session = GroupCommand.NO_SESSION;
    try {
      machine.leaderBegan(position);
    } catch (Error failed) {
      String what = "the beginning of a leader at slot " + position.slot;
      throw failed(CommandFailed.NO_COMMAND, what, failed);
    }
  }

  /** Expires the sessions whose timeout has passed at this log time. */
  public void expire(long time) {
    for (long session : sessions.expire(time)) {
      ended(session);
    }
  }

  private void ended(long session) {
    position.session = session;
    try {
      machine.sessionEnded(position);
    } catch (Error failed) {
      String what = "the end of session " + session + " at slot " + position.slot;
      throw failed(CommandFailed.NO_COMMAND, what, failed);
    }
    listener.ended(session);
  }

  /** Stops the member if the leader's state has skipped other commands than this state. */
  private void compare(GroupCommand.LeaderBegins leader) {
    boolean same =
        skipped.containsAll(leader.skipped())
            && skipped.stream()
                .filter(command -> command.slot() <= leader.applied())
                .allMatch(leader.skipped()::contains);
    if (!same && !(machine instanceof Witness)) {
      throw new SkippedDiffer(skipped, leader.skipped());
    }
  }

  private Outcome outcome(long sequence, ByteBuffer payload, int at) {
    if (!toSkip.isEmpty() && toSkip.contains(new SkippedCommand(position.slot, at))) {
      skipped.add(new SkippedCommand(position.slot, at));
      return new Outcome.Rejected(position.slot, SKIPPED);
    }
    int start = payload.position();
    int end = payload.limit();
    try {
      byte[] result = machine.apply(position, payload);
      return result == null
          ? new Outcome.Rejected(position.slot, "the state machine returned null")
          : new Outcome.Applied(position.slot, result);
    } catch (CommandRejected rejected) {
      return new Outcome.Rejected(position.slot, reason(String.valueOf(rejected.getMessage())));
    } catch (RuntimeException thrown) {
      // Every replica is in the same state and throws the same kind of exception, so the exception
      // is a rejection. Its message is not the same: it may hold the identity of an object, and the
      // compiler of the virtual machine may leave it out.
      listener.threw(position.slot, thrown);
      return new Outcome.Rejected(
          position.slot, "the state machine threw " + thrown.getClass().getName());
    } catch (StateMachines.MachineMissing missing) {
      throw missing;
    } catch (Error failed) {
      payload.limit(end).position(start);
      String what =
          String.format(
              Locale.ROOT,
              "command %d of slot %d, number %d of session %d, %d bytes for the state machine %s,",
              at,
              position.slot,
              sequence,
              position.session,
              end - start,
              name(payload));
      throw failed(at, what, failed);
    }
  }

  private String name(ByteBuffer payload) {
    return machine instanceof StateMachines all
        ? "'" + all.nameIn(payload) + "'"
        : machine.getClass().getName();
  }

  private CommandFailed failed(int at, String what, Error cause) {
    return cause instanceof CommandFailed already
        ? already
        : new CommandFailed(position.slot, at, what, cause);
  }

  /** Returns the text as a snapshot can hold it, and no longer than {@link #MAX_REASON}. */
  private static String reason(String text) {
    String few = text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text;
    return new String(few.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
