package dev.synod.data.coordination;

import dev.synod.core.StateMachines;
import dev.synod.data.claim.Claims;
import java.nio.ByteBuffer;

/**
 * Byte layout of commands, queries and their results, big-endian. A text is its length (2 bytes)
 * followed by its UTF-8. Every command and query starts with its kind (1 byte).
 *
 * <pre>
 * ADD              counter · delta (8)                        → value (8)
 * COMPARE_AND_SET  counter · expected (8) · update (8)        → done (1) · value (8)
 * SET_COUNT        latch · count (8)                          → done (1) · count (8)
 * COUNT_DOWN       latch                                      → count (8)
 * DECIDE           register · value: the rest                 → first (1) · value: the rest
 * ACQUIRE          resource kind (1) · resource · claim (8) · capacity (4) · permits (4) · wait (8)
 *                  · lease (8) · claimant: the rest           → answer (1) · token (8)
 * RELEASE          claim (8)                                  → done (1)
 * RENEW            lease (8)                                  → done (1)
 *
 * COUNTER, LATCH   name                                       → value (8)
 * REGISTER         name                                       → decided (1) · value: the rest
 * RESOURCE         resource kind (1) · resource · limit (4)   → granted (4) · waiting (4) · claims,
 *                  each with token (8) · permits (4) · claimant as a text
 * </pre>
 */
public final class CoordinationCodec {
  public static final byte ADD = 1;
  public static final byte COMPARE_AND_SET = 2;
  public static final byte SET_COUNT = 3;
  public static final byte COUNT_DOWN = 4;
  public static final byte DECIDE = 5;
  public static final byte ACQUIRE = 6;
  public static final byte RELEASE = 7;
  public static final byte RENEW = 8;

  public static final byte COUNTER = 1;
  public static final byte LATCH = 2;
  public static final byte REGISTER = 3;
  public static final byte RESOURCE = 4;

  /** Maximum length of a name, in characters; the limit holds on every replica. */
  public static final int MAX_NAME_CHARS = 128;

  /** Maximum size of the value of a register, in bytes. */
  public static final int MAX_VALUE_BYTES = 1 << 20;

  private static final byte[] ADDRESS = StateMachines.address(CoordinationMachine.NAME, 0);

  private CoordinationCodec() {}

  /** Encodes a command or query of a kind with a name and numbers. */
  public static byte[] of(byte kind, byte[] name, long... numbers) {
    int length = 2 + name.length + Long.BYTES * numbers.length;
    return numbers(text(begin(kind, length), name), numbers).array();
  }

  private static ByteBuffer numbers(ByteBuffer bytes, long... numbers) {
    for (long number : numbers) {
      bytes.putLong(number);
    }
    return bytes;
  }

  /** Encodes a command of a kind with numbers only. */
  public static byte[] of(byte kind, long number) {
    return begin(kind, Long.BYTES).putLong(number).array();
  }

  /** Encodes {@link #DECIDE}. */
  public static byte[] decide(byte[] name, byte[] value) {
    return text(begin(DECIDE, 2 + name.length + value.length), name).put(value).array();
  }

  /** Encodes {@link #ACQUIRE}. */
  public static byte[] acquire(Claims.Request request, byte[] name) {
    int length = 1 + 2 + name.length + 8 + 4 + 4 + 8 + 8 + request.info().length;
    ByteBuffer bytes = begin(ACQUIRE, length).put(request.kind().code());
    return text(bytes, name)
        .putLong(request.id())
        .putInt(request.capacity())
        .putInt(request.permits())
        .putLong(request.maxWait())
        .putLong(request.lease())
        .put(request.info())
        .array();
  }

  /** Encodes {@link #RESOURCE}. */
  public static byte[] resource(byte resourceKind, byte[] name, int limit) {
    ByteBuffer bytes = begin(RESOURCE, 1 + 2 + name.length + 4).put(resourceKind);
    return text(bytes, name).putInt(limit).array();
  }

  private static ByteBuffer begin(byte kind, int length) {
    return ByteBuffer.allocate(ADDRESS.length + 1 + length).put(ADDRESS).put(kind);
  }

  private static ByteBuffer text(ByteBuffer bytes, byte[] utf8) {
    return bytes.putShort((short) utf8.length).put(utf8);
  }
}
