package dev.synod.data;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The maps of a group as bytes: {@code format (1) · slot (8) · version (8) · {1 · map · entries (4)
 * · {key · version (8) · slot (8) · length (4) · value}*}* · 0}, maps and keys in rising order, a
 * text as in {@link MapForm}. Empty maps are no part of the state.
 */
final class MapSnapshot {
  private static final byte FORMAT = 1;

  /** Receives what was read. */
  interface Reader {
    /** What comes first. */
    void head(long slot, long version);

    /** An entry; those of one map come together. */
    void entry(String map, String key, byte[] value, long version, long slot);
  }

  private MapSnapshot() {}

  static void write(DataOutput out, long slot, long version, Collection<MapState> maps)
      throws IOException {
    out.writeByte(FORMAT);
    out.writeLong(slot);
    out.writeLong(version);
    List<MapState> sorted =
        maps.stream()
            .filter(map -> map.size() > 0)
            .sorted(Comparator.comparing((MapState map) -> map.name))
            .toList();
    for (MapState map : sorted) {
      out.writeByte(1);
      text(out, map.name);
      out.writeInt(map.size());
      for (Stored entry : map.sorted()) {
        text(out, entry.key());
        out.writeLong(entry.version());
        out.writeLong(entry.slot());
        value(out, entry.value());
      }
    }
    out.writeByte(0);
  }

  private static void text(DataOutput out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(utf8.length);
    out.write(utf8);
  }

  private static void value(DataOutput out, byte @Nullable [] value) throws IOException {
    if (value == null) {
      throw new IllegalStateException("the map holds a removal");
    }
    out.writeInt(value.length);
    out.write(value);
  }

  static void read(DataInput in, Reader reader) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "the maps in this snapshot have format "
              + format
              + ", and this version reads "
              + FORMAT
              + ": start the version that wrote it");
    }
    reader.head(in.readLong(), in.readLong());
    while (in.readByte() != 0) {
      String map = text(in);
      int entries = in.readInt();
      for (int i = 0; i < entries; i++) {
        String key = text(in);
        long version = in.readLong();
        long slot = in.readLong();
        int length = in.readInt();
        if (length < 0 || length > MapForm.MAX_VALUE_BYTES) {
          throw new IOException(
              "a value of map '%s' in this snapshot has %d bytes, and 0 to %d are allowed"
                  .formatted(map, length, MapForm.MAX_VALUE_BYTES));
        }
        byte[] value = new byte[length];
        in.readFully(value);
        reader.entry(map, key, value, version, slot);
      }
    }
  }

  private static String text(DataInput in) throws IOException {
    byte[] utf8 = new byte[in.readUnsignedShort()];
    in.readFully(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
