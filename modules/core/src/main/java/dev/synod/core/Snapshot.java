package dev.synod.core;

/**
 * Identity of a snapshot: its slot, length and checksum. Snapshots of the same slot have the same
 * bytes on every member.
 *
 * @param slot slot up to which the snapshot contains every command
 * @param length size in bytes
 * @param checksum CRC32C of the bytes
 */
public record Snapshot(long slot, long length, int checksum) {
  /**
   * Maximum size of a chunk in one message, in bytes, so that the chunk fits into one event-bus
   * frame.
   */
  public static final int MAX_CHUNK = 48 << 10;
}
