package dev.synod.data.coordination;

import dev.synod.core.CommandRejected;
import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Decodes commands and queries ({@link CoordinationCodec}). Malformed bytes cause a {@link
 * CommandRejected}, and nothing is allocated before its length is checked.
 */
final class CoordinationInput {
  private final ByteBuffer bytes;

  CoordinationInput(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  byte kind(byte last) {
    byte kind = fixed("the kind", 1).get();
    if (kind < 1 || kind > last) {
      throw malformed("the kind is " + kind + ", expected 1 to " + last);
    }
    return kind;
  }

  ResourceKind resourceKind() {
    byte code = fixed("the kind of the resource", 1).get();
    ResourceKind kind = ResourceKind.of(code);
    if (kind == null) {
      throw malformed("no resource has the kind " + code);
    }
    return kind;
  }

  String name() {
    int length = Short.toUnsignedInt(fixed("the length of the name", 2).getShort());
    ByteBuffer utf8 = fixed("the name", length).slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException notUtf8) {
      throw malformed("the name is not UTF-8");
    }
    if (name.isEmpty() || name.length() > CoordinationCodec.MAX_NAME_CHARS) {
      throw malformed(
          String.format(
              Locale.ROOT,
              "the name has %d characters, but 1 to %d are allowed",
              name.length(),
              CoordinationCodec.MAX_NAME_CHARS));
    }
    return name;
  }

  long number(String what) {
    return fixed(what, Long.BYTES).getLong();
  }

  long number(String what, long least, long most) {
    return within(what, number(what), least, most);
  }

  int count(String what, int least, int most) {
    return (int) within(what, fixed(what, Integer.BYTES).getInt(), least, most);
  }

  /** Returns the remaining bytes. */
  byte[] rest(String what, int most) {
    within("the length of " + what, bytes.remaining(), 0, most);
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  Claims.Request request() {
    ResourceKind kind = resourceKind();
    String name = name();
    long id = number("the claim");
    int capacity = count("the number of permits of the resource", 1, Integer.MAX_VALUE);
    int permits = count("the number of permits", 1, capacity);
    long wait = number("the wait", 0, Claims.MAX_TIME);
    long lease = number("the lease", 1, Claims.MAX_TIME);
    byte[] info = rest("the claimant", Claims.MAX_INFO_BYTES);
    return new Claims.Request(kind, name, id, capacity, permits, wait, lease, info);
  }

  void end() {
    if (bytes.hasRemaining()) {
      throw malformed("there are " + bytes.remaining() + " trailing bytes");
    }
  }

  private ByteBuffer fixed(String what, int length) {
    if (bytes.remaining() < length) {
      throw malformed(what + " should have " + length + " bytes, but fewer are left");
    }
    return bytes;
  }

  private static long within(String what, long number, long least, long most) {
    if (number < least || number > most) {
      throw malformed(
          String.format(
              Locale.ROOT, "%s is %d, but %d to %d are allowed", what, number, least, most));
    }
    return number;
  }

  private static CommandRejected malformed(String why) {
    return new CommandRejected("the bytes are no command or query for coordination: " + why);
  }
}
