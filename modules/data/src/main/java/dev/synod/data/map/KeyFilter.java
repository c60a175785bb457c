package dev.synod.data.map;

/**
 * The keys of a map that a watch is about: all keys with a prefix, or one key.
 *
 * @param text prefix, or key
 * @param exact whether the text is one key
 */
public record KeyFilter(String text, boolean exact) {
  /** All keys of a map. */
  public static final KeyFilter ALL = prefix("");

  /** Returns the filter for all keys with a prefix; an empty prefix means all keys. */
  public static KeyFilter prefix(String prefix) {
    return new KeyFilter(prefix, false);
  }

  /** Returns the filter for one key. */
  public static KeyFilter key(String key) {
    return new KeyFilter(key, true);
  }

  /** Tells whether a key is one of these keys. */
  public boolean matches(String key) {
    return exact ? key.equals(text) : key.startsWith(text);
  }
}
