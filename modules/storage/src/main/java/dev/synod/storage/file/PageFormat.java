package dev.synod.storage.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Definitions shared by all parts of a file.
 *
 * <p>Every item starts on a new page, and writes cover whole pages. A disk that loses power may
 * leave the page that it writes half old and half new, or unreadable. If a batch shared a page with
 * its predecessor, it could destroy that durable and acknowledged batch. Whole pages also keep the
 * operating system from reading a recycled page before it is changed.
 */
public final class PageFormat {
  public static final int VERSION = 2;

  /** Size of a page in bytes: the page of most file systems and the sector of most disks. */
  public static final int PAGE = 4096;

  /** Size of the two copies of a segment's header, in bytes. */
  public static final int SEGMENT_HEADER = 2 * PAGE;

  /**
   * Maximum length of the name of a group or member, in bytes, so that every header fits into one
   * page.
   */
  public static final int MAX_NAME = 512;

  /** Maximum slot, which leaves room for arithmetic without overflow. */
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
   * @throws IllegalArgumentException if the slot is below the given minimum or above {@link
   *     #MAX_SLOT}
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

  /**
   * Returns the buffer if it holds that many bytes.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static ByteBuffer need(ByteBuffer from, int bytes) {
    if (from.remaining() < bytes) {
      throw new IllegalArgumentException(
          bytes + " bytes expected, but only " + from.remaining() + " are left");
    }
    return from;
  }

  /** Returns the checksum of a range of bytes without moving position and limit. */
  public static int crc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /** Tells whether the page was never written. */
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
