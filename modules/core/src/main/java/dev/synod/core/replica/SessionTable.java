package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.host.Settings;
import dev.synod.core.message.GroupCommand;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the group, with the results of their commands (Ongaro, "Consensus: Bridging
 * Theory and Practice", section 6.3). The table is part of the replicated state: only the log
 * changes it, and its time is the log's time.
 *
 * <p>A closed session never opens again: its id is a position in the log, so a late command finds
 * no session and is not applied.
 */
final class SessionTable {
  /** Maximum number of sessions. */
  static final int MAX = 10_000;

  /** Maximum distance of a command from the first unacknowledged command of its session. */
  static final int MAX_WINDOW = 1 << 20;

  /**
   * Maximum sequence of a command, which leaves room to count on; no session ever comes near it.
   */
  private static final long MAX_SEQUENCE = Long.MAX_VALUE / 2;

  /** Maximum size of the results kept for a session, in bytes. */
  static final long MAX_KEPT = 16L << 20;

  /** Outcome of a command that was applied, but whose result did not fit into the table. */
  private static final Outcome NOT_KEPT = new Outcome.Unknown();

  /**
   * Tells whether a session could have sent a command with these numbers. Others are not applied:
   * they would leave a session without an end of its numbers.
   */
  static boolean isPossible(long sequence, long acknowledged) {
    return sequence <= MAX_SEQUENCE && acknowledged >= 0 && acknowledged < sequence;
  }

  /** One session. */
  static final class Live {
    private static final int SMALLEST = 16;

    private final long id;
    private final long number;
    private final long timeout;

    /** Log's time at which the session was last kept alive. */
    private long heard;

    /** Sequence up to which every command is answered and will not be repeated. */
    private long acknowledged;

    /** Highest sequence that was applied or acknowledged. */
    private long highest;

    /**
     * Outcomes of the commands above {@code acknowledged} up to {@code highest}, by sequence modulo
     * the length, which is a power of two. An array avoids a tree node for each command.
     */
    private @Nullable Outcome[] kept = new @Nullable Outcome[SMALLEST];

    private long bytes;

    Live(long id, long number, long timeout, long heard) {
      this.id = id;
      this.number = number;
      this.timeout = timeout;
      this.heard = heard;
    }

    /** Creates a copy for another thread. */
    Live(Live other) {
      this(other.id, other.number, other.timeout, other.heard);
      acknowledged = other.acknowledged;
      highest = other.highest;
      kept = other.kept.clone();
      bytes = other.bytes;
    }

    /** Keeps the session alive. */
    void heard(long time) {
      heard = time;
    }

    /** Drops the outcomes of acknowledged commands; a later copy of such a command is ignored. */
    void acknowledge(long upTo) {
      if (upTo <= acknowledged) {
        return;
      }
      for (long each = acknowledged + 1; each <= Math.min(upTo, highest); each++) {
        Outcome outcome = kept[cell(each)];
        if (outcome != null) {
          bytes -= size(outcome);
          kept[cell(each)] = null;
        }
      }
      acknowledged = upTo;
      highest = Math.max(highest, upTo);
    }

    /** Tells whether the command was never applied and may be applied. */
    boolean isNew(long sequence) {
      return sequence > acknowledged
          && sequence - acknowledged <= MAX_WINDOW
          && outcome(sequence) == null;
    }

    /** Returns the outcome of a command; null if it was not applied, or if it is acknowledged. */
    @Nullable Outcome outcome(long sequence) {
      return sequence <= acknowledged || sequence > highest ? null : kept[cell(sequence)];
    }

    /** Stores the outcome of a new command until it is acknowledged. */
    void keep(long sequence, Outcome outcome) {
      if (sequence - acknowledged > kept.length) {
        grow(sequence - acknowledged);
      }
      highest = Math.max(highest, sequence);
      boolean room = bytes + size(outcome) <= MAX_KEPT;
      Outcome keeping = room ? outcome : NOT_KEPT;
      bytes += size(keeping);
      kept[cell(sequence)] = keeping;
    }

    private void grow(long needed) {
      @Nullable Outcome[] old = kept;
      kept = new @Nullable Outcome[Integer.highestOneBit((int) needed - 1) << 1];
      for (long each = acknowledged + 1; each <= highest; each++) {
        kept[cell(each)] = old[(int) (each & (old.length - 1))];
      }
    }

    private int cell(long sequence) {
      return (int) (sequence & (kept.length - 1));
    }

    private long hash() {
      long hash = 31 * (31 * (31 * (31 * id + number) + timeout) + heard) + acknowledged;
      for (long each = acknowledged + 1; each <= highest; each++) {
        if (kept[cell(each)] != null) {
          hash = 31 * hash + each;
        }
      }
      return hash;
    }

    private void write(DataOutput out) throws IOException {
      out.writeLong(id);
      out.writeLong(number);
      out.writeLong(timeout);
      out.writeLong(heard);
      out.writeLong(acknowledged);
      int count = 0;
      for (long each = acknowledged + 1; each <= highest; each++) {
        count += kept[cell(each)] == null ? 0 : 1;
      }
      out.writeInt(count);
      for (long each = acknowledged + 1; each <= highest; each++) {
        Outcome outcome = kept[cell(each)];
        if (outcome != null) {
          out.writeLong(each);
          writeOutcome(outcome, out);
        }
      }
    }

    private static Live read(DataInput in) throws IOException {
      Live live = new Live(in.readLong(), in.readLong(), in.readLong(), in.readLong());
      live.acknowledge(in.readLong());
      for (int left = in.readInt(); left > 0; left--) {
        long sequence = in.readLong();
        if (!live.isNew(sequence)) {
          throw new IOException(
              "session " + live.id + " has no place for the result of its command " + sequence);
        }
        live.keep(sequence, readOutcome(in));
      }
      return live;
    }
  }

  private final TreeMap<Long, Live> sessions = new TreeMap<>();

  /** The session of each number of an OpenSession. */
  private final HashMap<Long, Live> opened = new HashMap<>();

  /** The session of the last lookup; consecutive commands mostly belong to the same session. */
  private @Nullable Live last;

  /** Log's time before which no session expires. */
  private long due = Long.MAX_VALUE;

  /** Returns the session; null if it does not exist, has expired or was closed. */
  @Nullable Live find(long id) {
    Live live = last;
    if (live == null || live.id != id) {
      live = sessions.get(id);
      last = live;
    }
    return live;
  }

  /**
   * Opens a session, unless a session of this number is open already: however often a request is
   * repeated, it takes one place in the table.
   *
   * @param id id, higher than any before
   * @param number number of its OpenSession
   * @return id of the session of this number; {@link GroupCommand#NO_SESSION} if there are too many
   *     sessions, or if the timeout is invalid
   */
  long open(long id, long number, long timeout, long time) {
    Live known = opened.get(number);
    if (known != null) {
      known.heard(time);
      return known.id;
    }
    if (sessions.size() >= MAX || timeout < 1 || timeout > Settings.Sessions.MAX_TIMEOUT) {
      return GroupCommand.NO_SESSION;
    }
    put(new Live(id, number, timeout, time));
    return id;
  }

  /**
   * Returns the session that was opened under this number; {@link GroupCommand#NO_SESSION} if there
   * is none.
   */
  long opened(long number) {
    Live live = opened.get(number);
    return live == null ? GroupCommand.NO_SESSION : live.id;
  }

  private void put(Live live) {
    if (opened.put(live.number, live) != null) {
      throw new IllegalStateException("two sessions have the number " + live.number);
    }
    sessions.put(live.id, live);
    due = Math.min(due, end(live));
  }

  /** Returns the time at which the session expires unless it is kept alive. */
  private static long end(Live live) {
    return live.heard > Long.MAX_VALUE - live.timeout ? Long.MAX_VALUE : live.heard + live.timeout;
  }

  /**
   * Closes a session.
   *
   * @return false if it does not exist
   */
  boolean close(long id) {
    last = null;
    Live closed = sessions.remove(id);
    if (closed != null) {
      opened.remove(closed.number);
    }
    return closed != null;
  }

  /**
   * Restarts the timeouts of all sessions, because without a leader no session could be kept alive.
   */
  void restart(long time) {
    sessions.values().forEach(live -> live.heard(time));
  }

  /** Tells whether {@link #expire} with a time up to this one, but after the first, removes any. */
  boolean isDue(long after, long time) {
    if (time <= due) {
      return false;
    }
    due = Long.MAX_VALUE;
    boolean some = false;
    for (Live live : sessions.values()) {
      due = Math.min(due, end(live));
      some |= end(live) >= after && end(live) < time;
    }
    return some;
  }

  /** Removes the sessions whose timeout has passed, in rising order of their ids. */
  List<Long> expire(long time) {
    if (time <= due) {
      return List.of();
    }
    List<Long> expired = new ArrayList<>();
    due = Long.MAX_VALUE;
    for (Live live : sessions.values()) {
      if (end(live) < time) {
        expired.add(live.id);
      } else {
        due = Math.min(due, end(live));
      }
    }
    expired.forEach(this::close);
    return expired;
  }

  /** Returns the number of sessions. */
  int size() {
    return sessions.size();
  }

  /**
   * Returns a hash, equal on every replica at the same slot. It does not cover the bytes of the
   * results.
   */
  long hash() {
    long hash = sessions.size();
    for (Live live : sessions.values()) {
      hash = 31 * hash + live.hash();
    }
    return hash;
  }

  /** Returns a copy that another thread can write while this table changes. */
  SessionTable copy() {
    SessionTable copy = new SessionTable();
    sessions.values().forEach(live -> copy.put(new Live(live)));
    return copy;
  }

  /**
   * Writes the table: {@code sessions (4) · {id (8) · number (8) · timeout (8) · heard (8) ·
   * acknowledged (8) · results (4) · {sequence (8) · result}*}*}, in rising order of ids and
   * sequences.
   */
  void write(DataOutput out) throws IOException {
    out.writeInt(sessions.size());
    for (Live live : sessions.values()) {
      live.write(out);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are malformed
   */
  static SessionTable read(DataInput in) throws IOException {
    SessionTable all = new SessionTable();
    int count = in.readInt();
    if (count < 0 || count > MAX) {
      throw new IOException(count + " sessions, but at most " + MAX + " are allowed");
    }
    for (; count > 0; count--) {
      Live live = Live.read(in);
      if (all.opened.containsKey(live.number)) {
        throw new IOException("two sessions have the number " + live.number);
      }
      all.put(live);
    }
    return all;
  }

  private static long size(Outcome outcome) {
    if (outcome instanceof Outcome.Applied applied) {
      return applied.result().length;
    }
    return outcome instanceof Outcome.Rejected rejected
        ? rejected.reason().getBytes(StandardCharsets.UTF_8).length
        : 0;
  }

  private static void writeOutcome(Outcome outcome, DataOutput out) throws IOException {
    if (outcome instanceof Outcome.Applied applied) {
      writeOutcome(1, applied.slot(), applied.result(), out);
    } else if (outcome instanceof Outcome.Rejected rejected) {
      writeOutcome(2, rejected.slot(), rejected.reason().getBytes(StandardCharsets.UTF_8), out);
    } else {
      out.writeByte(3);
    }
  }

  private static void writeOutcome(int kind, long slot, byte[] bytes, DataOutput out)
      throws IOException {
    out.writeByte(kind);
    out.writeLong(slot);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Outcome readOutcome(DataInput in) throws IOException {
    int kind = in.readByte();
    if (kind == 3) {
      return NOT_KEPT;
    }
    if (kind != 1 && kind != 2) {
      throw new IOException("a result of the unknown kind " + kind);
    }
    long slot = in.readLong();
    int length = in.readInt();
    if (length < 0 || length > MAX_KEPT) {
      throw new IOException("a result of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return kind == 1
        ? new Outcome.Applied(slot, bytes)
        : new Outcome.Rejected(slot, new String(bytes, StandardCharsets.UTF_8));
  }
}
