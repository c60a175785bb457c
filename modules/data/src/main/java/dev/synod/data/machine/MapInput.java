package dev.synod.data.machine;

import dev.synod.core.CommandRejected;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes commands and queries ({@link MapCodec}). Malformed bytes cause a {@link CommandRejected},
 * and nothing is allocated before its length is checked. One instance serves a state machine: it
 * caches the last map name, which mostly repeats.
 */
final class MapInput {
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private byte[] lastName = {};
  private String lastNameText = "";

  /** Whether the command has a time to live. */
  private boolean lives;

  MapInput on(ByteBuffer input) {
    bytes = input;
    return this;
  }

  /** Reads the kind of a command, which may have the mark of a time to live. */
  byte commandKind() {
    byte kind = fixed("the kind", 1).get();
    lives = kind > MapCodec.LIVES && MapCodec.hasValue((byte) (kind - MapCodec.LIVES));
    byte plain = lives ? (byte) (kind - MapCodec.LIVES) : kind;
    if (plain < 1 || plain > MapCodec.REMOVE_VERSION) {
      throw malformed("the kind is " + kind + ", which no command has");
    }
    return plain;
  }

  /** Reads the time to live of a value, in milliseconds; 0 if it stays. */
  long life() {
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

  long version(long least) {
    long version = fixed("the version", 8).getLong();
    if (version < least) {
      throw malformed("the version is " + version + ", but must be at least " + least);
    }
    return version;
  }

  byte[] value() {
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
