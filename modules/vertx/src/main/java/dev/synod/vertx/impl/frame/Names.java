package dev.synod.vertx.impl.frame;

import dev.synod.vertx.config.NameRule;
import io.vertx.core.buffer.Buffer;

/** Names of groups and members in frames; equal names share one String. */
public final class Names {
  private static final int SHARED = 256;

  // Several threads write this cache without synchronization: strings are immutable, and a lost
  // entry is created again.
  private final String[] shared = new String[SHARED];

  public Names() {}

  /**
   * Returns the name.
   *
   * @throws IllegalArgumentException if the name is invalid
   */
  static String check(String name) {
    if (!NameRule.isName(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name a group or a member, expected " + NameRule.EXPECTED);
    }
    return name;
  }

  /** Reads and validates a name; equal bytes mostly return the same String. */
  public String read(Buffer buffer, int position, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      char c = (char) buffer.getUnsignedByte(position + i);
      if (!NameRule.isNameCharacter(c)) {
        throw new MalformedFrameException("a name with the character " + (int) c);
      }
      hash = 31 * hash + c;
    }
    int place = (hash ^ (hash >>> 8)) & (SHARED - 1);
    String known = shared[place];
    if (known == null || !isAt(buffer, position, length, known)) {
      known = buffer.getString(position, position + length);
      shared[place] = known;
    }
    return known;
  }

  private static boolean isAt(Buffer buffer, int position, int length, String name) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name.charAt(i) != buffer.getUnsignedByte(position + i)) {
        return false;
      }
    }
    return true;
  }
}
