package dev.synod.vertx.config;

/** The rule that the names of groups and members obey. */
public final class NameRule {
  /** Length of the longest name, in characters; each takes one byte in a frame. */
  public static final int MAX_LENGTH = 32;

  /** The rule in words, for error messages. */
  public static final String EXPECTED = "1 to 32 of the characters A-Z, a-z, 0-9, _ and -";

  private NameRule() {}

  /** Whether the text can name a group or a member. */
  public static boolean isName(String name) {
    int length = name.length();
    boolean fits = length > 0 && length <= MAX_LENGTH;
    for (int i = 0; fits && i < length; i++) {
      fits = isNameCharacter(name.charAt(i));
    }
    return fits;
  }

  /** Whether a name can contain the character. */
  public static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }
}
