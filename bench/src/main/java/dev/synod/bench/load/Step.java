package dev.synod.bench.load;

/**
 * One load on a group that stands.
 *
 * @param operation {@code put}, {@code read}, or whatever else the group knows
 * @param valueBytes of the value that is put
 */
public record Step(String operation, int valueBytes, Load load, Window window) {
  /** For a reader. */
  public String label() {
    String size = valueBytes % 1024 == 0 ? valueBytes / 1024 + " KiB" : valueBytes + " B";
    return operation + " " + size + ", " + load.label();
  }
}
