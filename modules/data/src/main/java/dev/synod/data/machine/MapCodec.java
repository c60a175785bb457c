package dev.synod.data.machine;

import dev.synod.core.StateMachines;
import dev.synod.data.map.state.StoredEntry;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Byte layout of commands, queries and their results, big-endian. A text is its length (2 bytes)
 * followed by its UTF-8.
 *
 * <pre>
 * command   kind (1) · map · key · [version (8)] · [time to live (8)] · [value: the rest]
 * result    flags (1) · version (8) · [previous value: the rest]
 * GET       kind (1) · map · key                         → version (8, 0: absent) · slot (8) · value
 * SIZE      kind (1) · map                               → entries (8)
 * </pre>
 */
public final class MapCodec {
  public static final byte PUT = 1;
  public static final byte PUT_IF_ABSENT = 2;
  public static final byte REPLACE = 3;
  public static final byte COMPARE_AND_SET = 4;
  public static final byte REMOVE = 5;
  public static final byte REMOVE_VERSION = 6;

  /** Added to the kind of a command that has a value and a time to live. */
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

  private static final byte[] ADDRESS = StateMachines.address(MapMachine.NAME, 0);

  private MapCodec() {}

  static boolean hasVersion(byte kind) {
    return kind == COMPARE_AND_SET || kind == REMOVE_VERSION;
  }

  public static boolean hasValue(byte kind) {
    return kind >= PUT && kind <= COMPARE_AND_SET;
  }

  /**
   * Encodes a command, starting with the address of the state machine. Version and value are
   * written only for the kinds that use them.
   *
   * @param life time to live of the value in milliseconds; 0 if it stays
   */
  public static byte[] command(
      byte kind, byte[] map, byte[] key, long version, long life, @Nullable Buffer value) {
    int versionLength = hasVersion(kind) ? Long.BYTES : 0;
    int lifeLength = life > 0 ? Long.BYTES : 0;
    int valueLength = value == null ? 0 : value.length();
    int length = 5 + map.length + key.length + versionLength + lifeLength + valueLength;
    byte[] addressed = Arrays.copyOf(ADDRESS, ADDRESS.length + length);
    ByteBuffer command = ByteBuffer.wrap(addressed, ADDRESS.length, length);
    command.put((byte) (life > 0 ? kind + LIVES : kind));
    command.putShort((short) map.length).put(map).putShort((short) key.length).put(key);
    if (versionLength > 0) {
      command.putLong(version);
    }
    if (lifeLength > 0) {
      command.putLong(life);
    }
    if (value != null) {
      value.getBytes(addressed, command.position());
    }
    return addressed;
  }

  // Queries start with the address of the state machine as well.

  public static byte[] get(byte[] map, byte[] key) {
    ByteBuffer question = question(GET, 4 + map.length + key.length);
    return text(text(question, map), key).array();
  }

  public static byte[] size(byte[] map) {
    return text(question(SIZE, 2 + map.length), map).array();
  }

  private static ByteBuffer question(byte kind, int length) {
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

  static byte[] sized(long entries) {
    return ByteBuffer.allocate(8).putLong(entries).array();
  }
}
