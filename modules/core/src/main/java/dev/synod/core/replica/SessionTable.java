package dev.synod.core.replica;

import dev.synod.core.Outcome;
import dev.synod.core.host.Settings;
import dev.synod.core.message.GroupCommand;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the group, as every replica has them: who may ask, and what was done for each
 * (Ongaro, "Consensus: Bridging Theory and Practice", section 6.3). A part of the replicated state:
 * it changes only with the log, and its time is the log's time.
 *
 * <p>A session that is gone is never born again: its id is a place in the log, so what comes late
 * for it finds nothing, and is not applied.
 */
final class SessionTable {
  /** Sessions at a time. */
  static final int MAX = 10_000;

  /** How far a command may be ahead of the first one that its session has no answer to. */
  static final int MAX_WINDOW = 1 << 20;

  /** Bytes of the results that are kept for a session. */
  static final long MAX_KEPT = 16L << 20;

  /** That it was applied is known, and not what it resulted in: there was no room to keep it. */
  private static final Outcome NOT_KEPT = new Outcome.Unknown();

  /** One session. */
  static final class Live {
    private static final int SMALLEST = 16;

    private final long id;
    private final long number;
    private final long timeout;

    /** The log's time when it was last heard of. */
    private long heard;

    /** Every command up to this one has been answered: nobody will ask for it again. */
    private long acknowledged;

    /** The highest one that was applied, or acknowledged. */
    private long highest;

    /**
     * What the commands above {@code acknowledged} up to {@code highest} ended with; by sequence,
     * modulo the length, which is a power of two. So that one command costs no node of a tree.
     */
    private @Nullable Outcome[] kept = new @Nullable Outcome[SMALLEST];

    private long bytes;

    Live(long id, long number, long timeout, long heard) {
      this.id = id;
      this.number = number;
      this.timeout = timeout;
      this.heard = heard;
    }

    /** The same session, to be read by another thread. */
    Live(Live other) {
      this(other.id, other.number, other.timeout, other.heard);
      acknowledged = other.acknowledged;
      highest = other.highest;
      kept = other.kept.clone();
      bytes = other.bytes;
    }

    /** Its client lives. */
    void heard(long time) {
      heard = time;
    }

    /** Forgets what the client needs no more: a copy of those that comes now is late. */
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

    /** Whether this command was never applied, and may be. */
    boolean isNew(long sequence) {
      return sequence > acknowledged
          && sequence - acknowledged <= MAX_WINDOW
          && outcome(sequence) == null;
    }

    /** What a command ended with; null if it was not applied, or is acknowledged. */
    @Nullable Outcome outcome(long sequence) {
      return sequence <= acknowledged || sequence > highest ? null : kept[cell(sequence)];
    }

    /** Keeps what a new command ended with, until that is acknowledged. */
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

  /** The one asked for last; the next command is of the same session more often than not. */
  private @Nullable Live last;

  /** No session expires as long as the log's time is not beyond this. */
  private long due = Long.MAX_VALUE;

  /** The session; null if it has expired, was closed, or never was. */
  @Nullable Live find(long id) {
    Live live = last;
    if (live == null || live.id != id) {
      live = sessions.get(id);
      last = live;
    }
    return live;
  }

  /**
   * A session is born; false if there are too many, or the timeout is none.
   *
   * @param id higher than any before
   * @param number under which its client asked for it
   */
  boolean open(long id, long number, long timeout, long time) {
    if (sessions.size() >= MAX || timeout < 1 || timeout > Settings.Sessions.MAX_TIMEOUT) {
      return false;
    }
    put(new Live(id, number, timeout, time));
    return true;
  }

  /**
   * The latest session that was asked for under this number; {@link GroupCommand#NO_SESSION} if
   * there is none.
   */
  long opened(long number) {
    long id = GroupCommand.NO_SESSION;
    for (Live live : sessions.values()) {
      id = live.number == number ? live.id : id;
    }
    return id;
  }

  private void put(Live live) {
    sessions.put(live.id, live);
    due = Math.min(due, end(live));
  }

  /** The last moment of a session that is not heard of again. */
  private static long end(Live live) {
    return live.heard > Long.MAX_VALUE - live.timeout ? Long.MAX_VALUE : live.heard + live.timeout;
  }

  /** The session is gone; false if it was already. */
  boolean close(long id) {
    last = null;
    return sessions.remove(id) != null;
  }

  /** The time of all starts over: nobody could be heard until now. */
  void restart(long time) {
    sessions.values().forEach(live -> live.heard(time));
  }

  /** Takes away, by rising id, the sessions that were silent for longer than their timeout. */
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

  /** How many there are. */
  int size() {
    return sessions.size();
  }

  /** The same on every replica at the same slot. What results look like is not in it. */
  long hash() {
    long hash = sessions.size();
    for (Live live : sessions.values()) {
      hash = 31 * hash + live.hash();
    }
    return hash;
  }

  /** What is written of it is what is here now, whatever is applied since; on any thread. */
  SessionTable copy() {
    SessionTable copy = new SessionTable();
    sessions.values().forEach(live -> copy.put(new Live(live)));
    return copy;
  }

  /**
   * Writes all: {@code sessions (4) · {id (8) · number (8) · timeout (8) · heard (8) · acknowledged
   * (8) · results (4) · {sequence (8) · result}*}*}, by rising id and sequence.
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
   * @throws IOException if it is not that
   */
  static SessionTable read(DataInput in) throws IOException {
    SessionTable all = new SessionTable();
    int count = in.readInt();
    if (count < 0 || count > MAX) {
      throw new IOException(count + " sessions, where at most " + MAX + " can be");
    }
    for (; count > 0; count--) {
      all.put(Live.read(in));
    }
    return all;
  }

  private static long size(Outcome outcome) {
    if (outcome instanceof Outcome.Applied applied) {
      return applied.result().length;
    }
    return outcome instanceof Outcome.Rejected rejected ? rejected.reason().length() : 0;
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
