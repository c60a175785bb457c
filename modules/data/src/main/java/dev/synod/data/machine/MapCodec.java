package dev.synod.data.machine;

import dev.synod.core.StateMachines;
import dev.synod.data.map.state.StoredEntry;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Byte layout of commands, queries and their results, big-endian. A text is its length (2 bytes)
 * followed by its UTF-8.
 *
 * <pre>
 * write          kind (1) · map · key · [version (8)] · [time to live (8)] · [value: the rest]
 * result         flags (1) · version (8) · [previous value: the rest]
 * REMOVE_PREFIX  kind (1) · map · prefix          → removed (8) · whether there may be more (1)
 * TRANSACT       kind (1) · map · conditions · operations · operations of the other branch
 *                                                 → succeeded (1) · {length (4) · result}*
 * conditions, operations    number (2) · {length (4) · part}*
 * part           kind (1) · key · [version (8)] · [time to live (8)] · [value: the rest]
 * GET            kind (1) · map · key             → version (8, 0: absent) · slot (8) · value
 * SIZE           kind (1) · map                   → entries (8)
 * </pre>
 *
 * An operation of a transaction has the result of the write, or the answer of GET.
 */
public final class MapCodec {
  public static final byte PUT = 1;
  public static final byte PUT_IF_ABSENT = 2;
  public static final byte REPLACE = 3;
  public static final byte COMPARE_AND_SET = 4;
  public static final byte REMOVE = 5;
  public static final byte REMOVE_VERSION = 6;
  public static final byte REMOVE_PREFIX = 7;
  public static final byte TRANSACT = 8;

  // Kinds of parts that only a transaction has. Its other operations are PUT and REMOVE.

  public static final byte READ = 9;
  public static final byte IF_PRESENT = 10;
  public static final byte IF_VERSION = 11;
  public static final byte IF_VALUE = 12;

  /** Added to the kind of a write that has a value and a time to live. */
  static final byte LIVES = 16;

  static final byte GET = 1;
  static final byte SIZE = 2;

  public static final int DONE = 1;
  public static final int HAS_PREVIOUS = 2;

  /**
   * Maximum length of a map's name, in characters. The limits of this class hold on every replica,
   * whatever the options of a member say.
   */
  public static final int MAX_NAME_CHARS = 128;

  /** Longest time to live, in milliseconds: about 100 years. */
  public static final long MAX_LIFE = 100L * 366 * 24 * 60 * 60 * 1_000;

  public static final int MAX_KEY_BYTES = (1 << 16) - 1;
  public static final int MAX_VALUE_BYTES = 64 << 20;

  /** Maximum number of keys that one command for a prefix removes. */
  public static final int MAX_REMOVED = 500;

  /** Maximum number of conditions of a transaction, and of operations of each branch. */
  public static final int MAX_PARTS = 128;

  /** Maximum size of the command of a transaction, and of its results, in bytes. */
  public static final int MAX_TRANSACTION_BYTES = 16 << 20;

  private static final byte[] ADDRESS = StateMachines.address(MapMachine.NAME, 0);

  private MapCodec() {}

  /**
   * A write of one key, or a condition or an operation of a transaction. Version and value are
   * written only for the kinds that use them.
   *
   * @param life time to live of the value in milliseconds; 0 if it stays
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Part(byte kind, byte[] key, long version, long life, @Nullable Buffer value) {
    /** Returns the number of bytes after the kind. */
    private int length() {
      return 2
          + key.length
          + (hasVersion(kind) ? Long.BYTES : 0)
          + (life > 0 ? Long.BYTES : 0)
          + (value == null ? 0 : value.length());
    }

    private byte markedKind() {
      return (byte) (life > 0 ? kind + LIVES : kind);
    }

    private ByteBuffer write(ByteBuffer bytes) {
      text(bytes, key);
      if (hasVersion(kind)) {
        bytes.putLong(version);
      }
      if (life > 0) {
        bytes.putLong(life);
      }
      if (value != null) {
        value.getBytes(bytes.array(), bytes.arrayOffset() + bytes.position());
        bytes.position(bytes.position() + value.length());
      }
      return bytes;
    }
  }

  static boolean hasVersion(byte kind) {
    return kind == COMPARE_AND_SET || kind == REMOVE_VERSION || kind == IF_VERSION;
  }

  public static boolean hasValue(byte kind) {
    return mayLive(kind) || kind == IF_VALUE;
  }

  /** Tells whether a part of that kind may have a time to live. */
  static boolean mayLive(byte kind) {
    return kind >= PUT && kind <= COMPARE_AND_SET;
  }

  // Commands and queries start with the address of the state machine.

  /** Encodes the write of a key. */
  public static byte[] write(byte[] map, Part write) {
    ByteBuffer command = addressed(write.markedKind(), 2 + map.length + write.length());
    return write.write(text(command, map)).array();
  }

  public static byte[] removePrefix(byte[] map, byte[] prefix) {
    ByteBuffer command = addressed(REMOVE_PREFIX, 4 + map.length + prefix.length);
    return text(text(command, map), prefix).array();
  }

  /** Returns the size of the command of a transaction without its parts. */
  public static int transactionBytes(byte[] map) {
    return ADDRESS.length + 1 + 2 + map.length + 3 * Short.BYTES;
  }

  /** Returns the size of a part in the command of its transaction. */
  public static int partBytes(Part part) {
    return Integer.BYTES + 1 + part.length();
  }

  /** Encodes a transaction, whose lists have at most {@link #MAX_PARTS} parts each. */
  public static byte[] transaction(
      byte[] map, List<Part> conditions, List<Part> then, List<Part> otherwise) {
    int length =
        transactionBytes(map) + partBytes(conditions) + partBytes(then) + partBytes(otherwise);
    ByteBuffer command = text(addressed(TRANSACT, length - ADDRESS.length - 1), map);
    return parts(parts(parts(command, conditions), then), otherwise).array();
  }

  private static int partBytes(List<Part> parts) {
    return parts.stream().mapToInt(MapCodec::partBytes).sum();
  }

  private static ByteBuffer parts(ByteBuffer command, List<Part> parts) {
    command.putShort((short) parts.size());
    for (Part part : parts) {
      part.write(command.putInt(1 + part.length()).put(part.markedKind()));
    }
    return command;
  }

  public static byte[] get(byte[] map, byte[] key) {
    ByteBuffer question = addressed(GET, 4 + map.length + key.length);
    return text(text(question, map), key).array();
  }

  public static byte[] size(byte[] map) {
    return text(addressed(SIZE, 2 + map.length), map).array();
  }

  private static ByteBuffer addressed(byte kind, int length) {
    return ByteBuffer.allocate(ADDRESS.length + 1 + length).put(ADDRESS).put(kind);
  }

  private static ByteBuffer text(ByteBuffer bytes, byte[] utf8) {
    return bytes.putShort((short) utf8.length).put(utf8);
  }

  static byte[] result(boolean done, long version, byte @Nullable [] previous) {
    byte flags = (byte) ((done ? DONE : 0) | (previous == null ? 0 : HAS_PREVIOUS));
    ByteBuffer result = ByteBuffer.allocate(9 + (previous == null ? 0 : previous.length));
    result.put(flags).putLong(version);
    return (previous == null ? result : result.put(previous)).array();
  }

  static byte[] got(@Nullable StoredEntry entry) {
    if (entry == null || entry.value() == null) {
      return new byte[16];
    }
    return ByteBuffer.allocate(16 + entry.value().length)
        .putLong(entry.version())
        .putLong(entry.slot())
        .put(entry.value())
        .array();
  }

  static byte[] removed(long keys, boolean more) {
    return ByteBuffer.allocate(9).putLong(keys).put((byte) (more ? 1 : 0)).array();
  }

  static byte[] transacted(boolean succeeded, List<byte[]> results) {
    int length = 1 + results.stream().mapToInt(result -> Integer.BYTES + result.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(length).put((byte) (succeeded ? 1 : 0));
    for (byte[] result : results) {
      bytes.putInt(result.length).put(result);
    }
    return bytes.array();
  }

  static byte[] sized(long entries) {
    return ByteBuffer.allocate(8).putLong(entries).array();
  }
}
