package dev.synod.vertx.impl.bus;

import io.vertx.core.buffer.Buffer;

/**
 * Validates the names of groups and members, and shares the strings of names that arrive in frames.
 */
public final class Names {
  /** Maximum length of a name, in characters, which are single bytes. */
  public static final int MAX_LENGTH = 32;

  /** Description of valid names, for messages. */
  public static final String EXPECTED = "1 to 32 of the characters A-Z, a-z, 0-9, _ and -";

  private static final int SHARED = 256;

  // Several threads write this cache without synchronization: strings are immutable, and a lost
  // entry is created again.
  private final String[] shared = new String[SHARED];

  Names() {}

  /** Tells whether a text is a valid name of a group or member. */
  public static boolean isName(String name) {
    int length = name.length();
    boolean fits = length > 0 && length <= MAX_LENGTH;
    for (int i = 0; fits && i < length; i++) {
      fits = isNameCharacter(name.charAt(i));
    }
    return fits;
  }

  /**
   * Returns the name.
   *
   * @throws IllegalArgumentException if the name is invalid
   */
  static String check(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot name a group or a member, expected " + EXPECTED);
    }
    return name;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** Reads and validates a name; equal bytes mostly return the same String. */
  String read(Buffer buffer, int position, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      char c = (char) buffer.getUnsignedByte(position + i);
      if (!isNameCharacter(c)) {
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
