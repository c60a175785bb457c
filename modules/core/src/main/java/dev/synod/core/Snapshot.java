package dev.synod.core;

/**
 * Which snapshot: a state as bytes, and how to know them again. Two members' snapshots of the same
 * slot are the same bytes.
 *
 * @param slot every slot up to this one is applied in it
 * @param length of its bytes
 * @param checksum CRC32C of its bytes
 */
public record Snapshot(long slot, long length, int checksum) {
  /** The most bytes that one piece of it may have on its way: a frame of the event bus holds it. */
  public static final int MAX_CHUNK = 48 << 10;
}
