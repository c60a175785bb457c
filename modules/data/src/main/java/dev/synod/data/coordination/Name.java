package dev.synod.data.coordination;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Checks the names of counters, registers, latches, locks, semaphores and elections. */
public final class Name {
  private static final int SHOWN = 40;

  private Name() {}

  /**
   * Returns the UTF-8 of a name.
   *
   * @param what kind of the named object, for messages
   * @throws IllegalArgumentException if the name is empty or too long, or has an unpaired
   *     surrogate, which UTF-8 cannot encode, so that two names could become equal
   */
  public static byte[] utf8(String what, String name) {
    if (name.isEmpty() || name.length() > CoordinationCodec.MAX_NAME_CHARS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the name of a %s must have 1 to %d characters, but '%s' has %d",
              what,
              CoordinationCodec.MAX_NAME_CHARS,
              name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…",
              name.length()));
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (!new String(utf8, StandardCharsets.UTF_8).equals(name)) {
      throw new IllegalArgumentException(
          "the name of a " + what + " has an unpaired surrogate, which UTF-8 cannot encode");
    }
    return utf8;
  }
}
