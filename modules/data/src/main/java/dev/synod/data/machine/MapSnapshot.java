package dev.synod.data.machine;

import dev.synod.data.map.state.Cell;
import dev.synod.data.map.state.CellTree;
import dev.synod.data.map.state.StoredEntry;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Byte layout of a snapshot of all maps: {@code format (1) · slot (8) · version (8) · {1 · map ·
 * entries (4) · {key · version (8) · slot (8) · length (4) · [end (8)] · value}*}* · 0}, with maps
 * and keys in rising order and texts as in {@link MapCodec}. The highest bit of the length tells
 * that the entry has an end. Empty maps are not part of the state. Format 1 had no ends.
 */
final class MapSnapshot {
  private static final byte FORMAT = 2;
  private static final byte FORMAT_WITHOUT_ENDS = 1;
  private static final int HAS_END = 1 << 31;
  private static final int BLOCK = 1 << 16;

  /** Receives the decoded snapshot. */
  interface Reader {
    /** Receives the header, before all entries. */
    void head(long slot, long version);

    /** Receives one entry; the entries of one map follow each other. */
    void entry(String map, String key, byte[] value, long version, long slot, long end);
  }

  private MapSnapshot() {}

  static void write(DataOutput out, long slot, long version, CellTree.Node entries)
      throws IOException {
    out.writeByte(FORMAT);
    out.writeLong(slot);
    out.writeLong(version);
    CellTree.Cursor all = new CellTree.Cursor(entries, "", "", true);
    Cell cell = all.next();
    while (cell != null) {
      String map = cell.map.name;
      int left = count(entries, map);
      out.writeByte(1);
      text(out, map);
      out.writeInt(left);
      for (; left > 0 && cell != null; left--) {
        StoredEntry entry = cell.entry();
        text(out, entry.key());
        out.writeLong(entry.version());
        out.writeLong(entry.slot());
        value(out, entry.end(), entry.value());
        cell = all.next();
      }
    }
    out.writeByte(0);
  }

  private static int count(CellTree.Node entries, String map) {
    CellTree.Cursor of = new CellTree.Cursor(entries, map, "", true);
    int count = 0;
    for (Cell cell = of.next(); cell != null && cell.map.name.equals(map); cell = of.next()) {
      count++;
    }
    return count;
  }

  private static void text(DataOutput out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(utf8.length);
    out.write(utf8);
  }

  private static void value(DataOutput out, long end, byte @Nullable [] value) throws IOException {
    if (value == null) {
      throw new IllegalStateException("the map holds a removal");
    }
    if (end == StoredEntry.NEVER) {
      out.writeInt(value.length);
    } else {
      out.writeInt(value.length | HAS_END);
      out.writeLong(end);
    }
    out.write(value);
  }

  static void read(DataInput in, Reader reader) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT && format != FORMAT_WITHOUT_ENDS) {
      throw new IOException(
          "the maps in this snapshot have format "
              + format
              + ", but this version of Synod reads "
              + FORMAT_WITHOUT_ENDS
              + " and "
              + FORMAT
              + ": use the version that wrote it");
    }
    reader.head(in.readLong(), in.readLong());
    String before = "";
    for (byte mark = in.readByte(); mark != 0; mark = in.readByte()) {
      String map = text(in);
      int entries = in.readInt();
      // A state has exactly one encoding, so that equal states have equal snapshots.
      check(mark == 1 && entries > 0 && map.compareTo(before) > 0, "the map '" + map + "'");
      before = map;
      entries(in, format, map, entries, reader);
    }
  }

  private static void entries(DataInput in, byte format, String map, int entries, Reader reader)
      throws IOException {
    String before = "";
    for (int i = 0; i < entries; i++) {
      String key = text(in);
      check(key.compareTo(before) > 0, "key '" + key + "' of map '" + map + "'");
      before = key;
      long version = in.readLong();
      long slot = in.readLong();
      int marked = in.readInt();
      boolean ends = format == FORMAT && (marked & HAS_END) != 0;
      int length = ends ? marked & ~HAS_END : marked;
      if (length < 0 || length > MapCodec.MAX_VALUE_BYTES) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "a value of map '%s' in this snapshot has %d bytes, but 0 to %d are allowed",
                map,
                length,
                MapCodec.MAX_VALUE_BYTES));
      }
      long end = ends ? in.readLong() : StoredEntry.NEVER;
      check(!ends || end != StoredEntry.NEVER, "the end of key '" + key + "' of map '" + map + "'");
      reader.entry(map, key, bytes(in, length), version, slot, end);
    }
  }

  private static void check(boolean sound, String what) throws IOException {
    if (!sound) {
      throw new IOException(
          "the maps in this snapshot are damaged: names must be non-empty, unique and in rising"
              + " order, and each map must have entries; violated at "
              + what);
    }
  }

  /**
   * Reads bytes in blocks of at most {@link #BLOCK}, so that a wrong length cannot allocate much
   * more than was read.
   */
  private static byte[] bytes(DataInput in, int length) throws IOException {
    byte[] bytes = new byte[Math.min(length, BLOCK)];
    in.readFully(bytes);
    while (bytes.length < length) {
      int read = bytes.length;
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
      in.readFully(bytes, read, bytes.length - read);
    }
    return bytes;
  }

  private static String text(DataInput in) throws IOException {
    byte[] utf8 = new byte[in.readUnsignedShort()];
    in.readFully(utf8);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new IOException("a name in this snapshot is not UTF-8", notUtf8);
    }
  }
}
