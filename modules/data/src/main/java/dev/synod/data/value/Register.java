package dev.synod.data.value;

import dev.synod.core.ReadLevel;
import dev.synod.data.Codec;
import dev.synod.data.coordination.CoordinationCodec;
import dev.synod.data.coordination.CoordinationMachine;
import dev.synod.data.coordination.Name;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;

/**
 * A register that is written once: the first decided value stays for ever. This is consensus on a
 * single value as Lamport, "Paxos Made Simple" (2001), section 2, has it.
 *
 * <p>Threading: every method may be called from any thread; futures complete on the caller's
 * context. A failed request fails its future with a {@link SynodException}. Objects with the same
 * name denote the same register; an object holds no resources.
 */
public final class Register<V> {
  /**
   * What a register holds.
   *
   * @param value decided value
   * @param first whether the request has decided it
   */
  public record Decision<V>(V value, boolean first) {}

  private final Synod synod;
  private final String name;
  private final byte[] utf8;
  private final Codec<V> codec;

  private Register(Synod synod, String name, Codec<V> codec) {
    this.synod = synod;
    this.name = name;
    this.utf8 = Name.utf8("register", name);
    this.codec = codec;
  }

  /**
   * Returns the register of that name with the built-in codec of a type.
   *
   * @param synod member or client of the group
   * @param name name of the register, 1 to 128 characters
   * @param type type of the value; see {@link Codec#of}
   * @throws IllegalArgumentException if the name is invalid
   */
  public static <V> Register<V> of(Synod synod, String name, Class<V> type) {
    return of(synod, name, Codec.of(type));
  }

  /**
   * Returns the register of that name.
   *
   * @throws IllegalArgumentException if the name is invalid
   */
  public static <V> Register<V> of(Synod synod, String name, Codec<V> codec) {
    return new Register<>(synod, name, codec);
  }

  /** Returns the name of the register. */
  public String name() {
    return name;
  }

  /**
   * Proposes a value, and returns what the register holds: this value if it is the first one, or
   * the value that was decided before.
   *
   * @param value value of at most 1 MiB as the codec encodes it; the future fails with {@link
   *     SynodException.TooLarge} for a larger one
   */
  public Future<Decision<V>> decide(V value) {
    byte[] bytes;
    try {
      bytes = codec.encode(value).getBytes();
    } catch (RuntimeException failed) {
      return Future.failedFuture(failed);
    }
    if (bytes.length > CoordinationCodec.MAX_VALUE_BYTES) {
      return Future.failedFuture(
          new SynodException.TooLarge(
              String.format(
                  Locale.ROOT,
                  "the value of register '%s' has %d bytes, but at most %d are allowed",
                  name,
                  bytes.length,
                  CoordinationCodec.MAX_VALUE_BYTES)));
    }
    return synod.submit(
        CoordinationMachine.NAME,
        CoordinationCodec.decide(utf8, bytes),
        (slot, result) -> new Decision<>(decoded(result), result[0] == 1));
  }

  /** Returns the decided value at the given read level; empty if none is decided. */
  public Future<Optional<V>> get(ReadLevel level) {
    return synod.query(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.REGISTER, utf8),
        level,
        (slot, answer) -> answer[0] == 0 ? Optional.empty() : Optional.of(decoded(answer)));
  }

  private V decoded(byte[] answer) {
    return codec.decode(Buffer.buffer(answer).slice(1, answer.length));
  }
}
