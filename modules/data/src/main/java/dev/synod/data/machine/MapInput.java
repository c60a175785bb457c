package dev.synod.data.machine;

import dev.synod.core.CommandRejected;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decodes commands and queries ({@link MapCodec}). Malformed bytes cause a {@link CommandRejected},
 * and nothing is allocated before its length is checked. One instance serves a state machine: it
 * caches the last map name, which mostly repeats.
 */
final class MapInput {
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private byte[] lastName = {};
  private String lastNameText = "";

  /** Whether the command, or the current part of it, has a time to live. */
  private boolean lives;

  MapInput on(ByteBuffer input) {
    bytes = input;
    return this;
  }

  /** Reads the kind of a command or of a part, which may have the mark of a time to live. */
  private byte markedKind() {
    byte kind = fixed("the kind", 1).get();
    lives = kind > MapCodec.LIVES && MapCodec.mayLive((byte) (kind - MapCodec.LIVES));
    return lives ? (byte) (kind - MapCodec.LIVES) : kind;
  }

  byte commandKind() {
    byte kind = markedKind();
    if (kind < 1 || kind > MapCodec.TRANSACT) {
      throw malformed("the kind is " + kind + ", which no command has");
    }
    return kind;
  }

  /** Reads what follows the kind of a write, or of a part of a transaction, to the end. */
  MapPart part(byte kind) {
    String key = key();
    long version = MapCodec.hasVersion(kind) ? version(kind == MapCodec.REMOVE_VERSION ? 1 : 0) : 0;
    long life = life();
    byte[] value = null;
    if (MapCodec.hasValue(kind)) {
      value = value();
    } else {
      end();
    }
    return new MapPart(kind, key, version, life, value);
  }

  /** Reads what follows the name of the map in a transaction, to the end. */
  TransactionParts transaction() {
    if (bytes.remaining() > MapCodec.MAX_TRANSACTION_BYTES) {
      throw malformed(
          "the transaction has "
              + bytes.remaining()
              + " bytes, but at most "
              + MapCodec.MAX_TRANSACTION_BYTES
              + " are allowed");
    }
    List<MapPart> conditions = parts("conditions", MapInput::isCondition);
    TransactionParts parts =
        new TransactionParts(conditions, operations("operations"), operations("else-operations"));
    end();
    return parts;
  }

  private static boolean isCondition(byte kind) {
    return kind >= MapCodec.IF_PRESENT && kind <= MapCodec.IF_VALUE;
  }

  private static boolean isOperation(byte kind) {
    return kind == MapCodec.PUT || kind == MapCodec.REMOVE || kind == MapCodec.READ;
  }

  private List<MapPart> operations(String what) {
    List<MapPart> operations = parts(what, MapInput::isOperation);
    TreeSet<String> written = new TreeSet<>();
    for (MapPart operation : operations) {
      if (operation.kind() != MapCodec.READ && !written.add(operation.key())) {
        throw malformed("a key is written twice by the " + what);
      }
    }
    return operations;
  }

  private List<MapPart> parts(String what, Predicate<Byte> allowed) {
    int number = Short.toUnsignedInt(fixed("the number of " + what, 2).getShort());
    if (number > MapCodec.MAX_PARTS) {
      throw malformed(
          "there are "
              + number
              + " "
              + what
              + ", but at most "
              + MapCodec.MAX_PARTS
              + " are allowed");
    }
    List<MapPart> parts = new ArrayList<>();
    ByteBuffer all = bytes;
    for (int i = 0; i < number; i++) {
      int length = fixed("the length of a part", 4).getInt();
      if (length < 0 || length > all.remaining()) {
        throw missing("a part", length);
      }
      // A part ends with its value, as a write does, so that both are read alike.
      bytes = all.slice(all.position(), length);
      byte kind = markedKind();
      if (!allowed.test(kind)) {
        throw malformed("the kind is " + kind + ", which none of the " + what + " has");
      }
      parts.add(part(kind));
      all.position(all.position() + length);
      bytes = all;
    }
    return parts;
  }

  /** Reads the time to live of a value, in milliseconds; 0 if it stays. */
  private long life() {
    if (!lives) {
      return 0;
    }
    long life = fixed("the time to live", 8).getLong();
    if (life < 1 || life > MapCodec.MAX_LIFE) {
      throw malformed(
          "the time to live is " + life + " ms, but 1 to " + MapCodec.MAX_LIFE + " are allowed");
    }
    return life;
  }

  byte kind(byte last) {
    byte kind = fixed("the kind", 1).get();
    if (kind < 1 || kind > last) {
      throw malformed("the kind is " + kind + ", expected 1 to " + last);
    }
    return kind;
  }

  String name() {
    int length = length("the map's name");
    byte[] array = array();
    int start = bytes.arrayOffset() + bytes.position();
    if (length == 0 || !Arrays.equals(array, start, start + length, lastName, 0, lastName.length)) {
      String text = text(length, "the map's name");
      if (text.isEmpty() || text.length() > MapCodec.MAX_NAME_CHARS) {
        throw malformed(
            "the map's name has "
                + text.length()
                + " characters, but 1 to "
                + MapCodec.MAX_NAME_CHARS
                + " are allowed");
      }
      lastName = Arrays.copyOfRange(array, start, start + length);
      lastNameText = text;
    } else {
      bytes.position(bytes.position() + length);
    }
    return lastNameText;
  }

  String key() {
    String key = text("the key");
    if (key.isEmpty()) {
      throw malformed("the key is empty");
    }
    return key;
  }

  String text(String what) {
    return text(length(what), what);
  }

  private long version(long least) {
    long version = fixed("the version", 8).getLong();
    if (version < least) {
      throw malformed("the version is " + version + ", but must be at least " + least);
    }
    return version;
  }

  private byte[] value() {
    if (bytes.remaining() > MapCodec.MAX_VALUE_BYTES) {
      throw malformed(
          "the value has "
              + bytes.remaining()
              + " bytes, but at most "
              + MapCodec.MAX_VALUE_BYTES
              + " are allowed");
    }
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    return value;
  }

  void end() {
    if (bytes.hasRemaining()) {
      throw malformed("there are " + bytes.remaining() + " trailing bytes");
    }
  }

  private int length(String what) {
    int length = Short.toUnsignedInt(fixed("the length of " + what, 2).getShort());
    if (length > bytes.remaining()) {
      throw missing(what, length);
    }
    return length;
  }

  private ByteBuffer fixed(String what, int length) {
    if (bytes.remaining() < length) {
      throw missing(what, length);
    }
    return bytes;
  }

  private String text(int length, String what) {
    int start = bytes.arrayOffset() + bytes.position();
    String text = new String(array(), start, length, StandardCharsets.UTF_8);
    bytes.position(bytes.position() + length);
    // Malformed UTF-8 decodes to this character; accepting it would make two keys equal.
    if (text.indexOf('\uFFFD') >= 0) {
      strict(ByteBuffer.wrap(array(), start, length), what);
    }
    return text;
  }

  private static void strict(ByteBuffer utf8, String what) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(utf8);
    } catch (CharacterCodingException notUtf8) {
      throw malformed(what + " is not UTF-8");
    }
  }

  private byte[] array() {
    return bytes.array();
  }

  private static CommandRejected missing(String what, int length) {
    return malformed(what + " should have " + length + " bytes, but fewer are left");
  }

  private static CommandRejected malformed(String why) {
    return new CommandRejected("the bytes are no command or query for a map: " + why);
  }
}
