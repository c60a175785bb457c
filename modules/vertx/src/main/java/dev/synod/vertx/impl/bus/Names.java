package dev.synod.vertx.impl.bus;

import dev.synod.vertx.config.NameRule;
import io.vertx.core.buffer.Buffer;

/** Names of groups and members in frames; equal names share one String. */
final class Names {
  private static final int SHARED = 256;

  // Written by many threads without order. A String is safe to hand over so, and a lost one is made
  // again.
  private final String[] shared = new String[SHARED];

  Names() {}

  /**
   * Gives the name back.
   *
   * @throws IllegalArgumentException if it cannot name a group or a member
   */
  static String check(String name) {
    if (!NameRule.isName(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name a group or a member, expected " + NameRule.EXPECTED);
    }
    return name;
  }

  /** The name in these bytes, which are checked; the same String for the same bytes, mostly. */
  String read(Buffer buffer, int position, int length) {
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
