package dev.synod.storage.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What all parts of a file have in common.
 *
 * <p>Everything begins at a page of its own, and whole pages are written. A disk may leave a page
 * half old and half new, or unreadable, when the power fails while it writes it: a batch that
 * shared a page with the one before could take that one, which is durable and acknowledged, down
 * with it. Whole pages also spare the operating system from reading a recycled page before it
 * changes it.
 */
public final class PageFormat {
  public static final int VERSION = 1;

  /** The page of nearly every file system, and the sector of nearly every disk. */
  public static final int PAGE = 4096;

  /** The two copies of a segment's header. */
  public static final int SEGMENT_HEADER = 2 * PAGE;

  /** The longest name of a group or member, in bytes: all headers fit into one page. */
  public static final int MAX_NAME = 512;

  /** No slot is above it, so that what is near it can be counted without overflow. */
  public static final long MAX_SLOT = Long.MAX_VALUE / 2;

  private PageFormat() {}

  public static long padded(long length) {
    return (length + PAGE - 1) / PAGE * PAGE;
  }

  public static void putName(ByteBuffer to, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    to.putShort((short) bytes.length).put(bytes);
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static byte[] nameBytes(ByteBuffer from) {
    int length = need(from, Short.BYTES).getShort();
    if (length < 0 || length > MAX_NAME) {
      throw new IllegalArgumentException("a name of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    need(from, length).get(bytes);
    return bytes;
  }

  /**
   * Reads a slot.
   *
   * @throws IllegalArgumentException if it is less than the least one, or beyond all bounds
   */
  public static long slot(ByteBuffer from, long least) {
    long slot = need(from, Long.BYTES).getLong();
    if (slot < least || slot > MAX_SLOT) {
      throw new IllegalArgumentException("not a slot: " + slot);
    }
    return slot;
  }

  public static String name(ByteBuffer from) {
    return new String(nameBytes(from), StandardCharsets.UTF_8);
  }

  /** The buffer, if it still holds so many bytes. */
  public static ByteBuffer need(ByteBuffer from, int bytes) {
    if (from.remaining() < bytes) {
      throw new IllegalArgumentException(
          bytes + " bytes expected where only " + from.remaining() + " are left");
    }
    return from;
  }

  /** The checksum of the bytes from one index up to another; position and limit stay. */
  public static int crc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /** Whether nothing was ever written here. */
  public static boolean isZero(ByteBuffer page) {
    int at = page.position();
    for (; at + Long.BYTES <= page.limit(); at += Long.BYTES) {
      if (page.getLong(at) != 0) {
        return false;
      }
    }
    for (; at < page.limit(); at++) {
      if (page.get(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
