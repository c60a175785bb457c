package dev.synod.vertx.impl.frame;

import dev.synod.core.Snapshot;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import dev.synod.vertx.config.NameRule;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the output of a {@link WireWriter} without trusting it: every length and count is compared
 * with the remaining bytes before anything is allocated. It throws no other exception than {@link
 * MalformedFrameException}.
 */
public final class WireReader {
  // The smallest entry: a slot, a ballot without a member's name, and a no-op.
  private static final int MIN_ENTRY = Long.BYTES + (Long.BYTES + 1) + (Long.BYTES + Integer.BYTES);

  // The length of a name, and one character.
  private static final int MIN_NAME = 2;

  /** Maximum slot and round, which leaves room to count on; the log has the same limit. */
  public static final long MAX_NUMBER = Long.MAX_VALUE / 2;

  /** Maximum pipeline window of a group. */
  public static final int MAX_WINDOW = 65_536;

  /** A reason is encoded as its index in this list. */
  static final List<ExclusionReason> BARRINGS =
      List.of(
          ExclusionReason.ANOTHER_STORE,
          ExclusionReason.COPY,
          ExclusionReason.SUPERSEDED,
          ExclusionReason.FENCED,
          ExclusionReason.ANOTHER_BIRTH);

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

  /**
   * Reads a slot.
   *
   * @param least lowest valid slot
   */
  long slot(long least) {
    long slot = number();
    if (slot < least || slot > MAX_NUMBER) {
      throw new MalformedFrameException("slot " + slot + " where the least is " + least);
    }
    return slot;
  }

  /**
   * Reads the number of following items.
   *
   * @param bytesEach minimum size of each item
   */
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
    // A higher round must exist for the next ballot.
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
    long birth = number();
    long number = number();
    String by = nameOrNone();
    if (number < -1
        || number > MAX_NUMBER
        || (number > 0) == by.isEmpty()
        || (number < 0 && birth != 0)) {
      throw new MalformedFrameException(
          "an epoch of birth " + birth + ", number " + number + " by \"" + by + "\"");
    }
    return number < 0 ? Epoch.UNBORN : new Epoch(birth, number, by);
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

  /** Reads a pipeline window within the limits of the options. */
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

  Foundation foundation() {
    long window = window();
    Configuration configuration = configuration();
    String[] without = new String[count(MIN_NAME)];
    for (int i = 0; i < without.length; i++) {
      without[i] = name();
    }
    return new Foundation(window, configuration, List.of(without));
  }

  List<LogRecord.Met> met() {
    LogRecord.Met[] met = new LogRecord.Met[count(MIN_NAME + 3 * Long.BYTES)];
    for (int i = 0; i < met.length; i++) {
      met[i] = new LogRecord.Met(name(), incarnation());
    }
    return List.of(met);
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
