package dev.synod.vertx.impl.bus;

import dev.synod.core.Snapshot;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.Value;
import dev.synod.vertx.config.NameRule;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a {@link WireWriter} wrote, and trusts none of it: every length and count is held
 * against the bytes that are left before anything is allocated for it. Throws {@link
 * MalformedFrameException} and nothing else.
 */
public final class WireReader {
  // Smallest entry: slot, a ballot without a member's name, and a no-op.
  private static final int MIN_ENTRY = Long.BYTES + (Long.BYTES + 1) + (Long.BYTES + Integer.BYTES);

  /**
   * No slot and no round is above it: it leaves room to count on, and what the log takes is the
   * same.
   */
  static final long MAX_NUMBER = Long.MAX_VALUE / 2;

  /** No group has a larger window. */
  public static final int MAX_WINDOW = 65_536;

  /** The number of a reason on the wire is its place here. */
  static final List<ExclusionReason> BARRINGS =
      List.of(
          ExclusionReason.ANOTHER_STORE,
          ExclusionReason.COPY,
          ExclusionReason.SUPERSEDED,
          ExclusionReason.FENCED);

  private final Buffer buffer;
  private final Names names;
  private final int end;
  private int position;

  WireReader(Buffer buffer, int position, Names names) {
    this.buffer = buffer;
    this.position = position;
    this.names = names;
    this.end = buffer.length();
  }

  int octet() {
    return buffer.getUnsignedByte(advance(Byte.BYTES));
  }

  boolean flag() {
    int octet = octet();
    if (octet > 1) {
      throw new MalformedFrameException("a flag of " + octet);
    }
    return octet == 1;
  }

  int integer() {
    return buffer.getInt(advance(Integer.BYTES));
  }

  long number() {
    return buffer.getLong(advance(Long.BYTES));
  }

  /** A slot, not below the least one that makes sense here. */
  long slot(long least) {
    long slot = number();
    if (slot < least || slot > MAX_NUMBER) {
      throw new MalformedFrameException("slot " + slot + " where the least is " + least);
    }
    return slot;
  }

  /** How many things follow that take at least so many bytes each. */
  int count(int bytesEach) {
    int count = integer();
    if (count < 0 || count > (end - position) / bytesEach) {
      throw new MalformedFrameException(
          "a count of " + count + " before " + (end - position) + " bytes");
    }
    return count;
  }

  byte[] bytes() {
    int length = count(1);
    int from = advance(length);
    return buffer.getBytes(from, from + length);
  }

  String name() {
    String name = nameOrNone();
    if (name.isEmpty()) {
      throw new MalformedFrameException("an empty name");
    }
    return name;
  }

  private String nameOrNone() {
    int length = octet();
    if (length > NameRule.MAX_LENGTH) {
      throw new MalformedFrameException("a name of " + length + " bytes");
    }
    return names.read(buffer, advance(length), length);
  }

  Ballot ballot() {
    long round = number();
    String member = nameOrNone();
    // The next ballot has a higher round, and there has to be one.
    if (round < 0 || round > MAX_NUMBER || (round == 0) != member.isEmpty()) {
      throw new MalformedFrameException(
          "a ballot of round " + round + " and member \"" + member + "\"");
    }
    return round == 0 ? Ballot.NONE : new Ballot(round, member);
  }

  Incarnation incarnation() {
    return new Incarnation(number(), number(), number());
  }

  Epoch epoch() {
    long number = number();
    String by = nameOrNone();
    if (number < -1 || number > MAX_NUMBER || (number > 0) == by.isEmpty()) {
      throw new MalformedFrameException("an epoch of number " + number + " by \"" + by + "\"");
    }
    return number == 0 ? Epoch.FIRST : number < 0 ? Epoch.UNBORN : new Epoch(number, by);
  }

  ExclusionReason exclusionReason() {
    int number = octet();
    if (number >= BARRINGS.size()) {
      throw new MalformedFrameException("a reason of the unknown number " + number);
    }
    return BARRINGS.get(number);
  }

  Value value() {
    long time = number();
    byte[] block = bytes();
    try {
      return block.length == 0 ? Value.noOp(time) : Value.of(time, block);
    } catch (IllegalArgumentException e) {
      throw new MalformedFrameException(String.valueOf(e.getMessage()));
    }
  }

  List<Entry> entries() {
    Entry[] entries = new Entry[count(MIN_ENTRY)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = new Entry(slot(1), ballot(), value());
    }
    return List.copyOf(Arrays.asList(entries));
  }

  Snapshot snapshot() {
    long slot = slot(1);
    long length = number();
    if (length < 1 || length > MAX_NUMBER) {
      throw new MalformedFrameException("a snapshot of " + length + " bytes");
    }
    return new Snapshot(slot, length, integer());
  }

  /** A window of slots, as options allow one. */
  long window() {
    long window = number();
    if (window < 1 || window > MAX_WINDOW) {
      throw new MalformedFrameException("a window of " + window + " slots");
    }
    return window;
  }

  Configuration configuration() {
    try {
      return GroupCommand.configuration(bytes());
    } catch (IllegalArgumentException e) {
      throw new MalformedFrameException(String.valueOf(e.getMessage()));
    }
  }

  Command command() {
    return new Command(number(), number(), number(), bytes());
  }

  void end() {
    if (position != end) {
      throw new MalformedFrameException((end - position) + " bytes after the end");
    }
  }

  private int advance(int bytes) {
    int from = position;
    if (bytes > end - from) {
      throw new MalformedFrameException("it ends " + (bytes - (end - from)) + " bytes early");
    }
    position = from + bytes;
    return from;
  }
}
