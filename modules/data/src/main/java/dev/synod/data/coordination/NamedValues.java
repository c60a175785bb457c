package dev.synod.data.coordination;

import dev.synod.data.map.state.Cell;
import dev.synod.data.map.state.CellTree;
import dev.synod.data.map.state.Cells;
import dev.synod.data.map.state.EntryHash;
import dev.synod.data.map.state.MapState;
import dev.synod.data.map.state.StoredEntry;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The counters, latches and registers of a group, each with the value of its name. */
final class NamedValues {
  /** A kind of values. */
  enum Kind {
    COUNTER,
    LATCH,
    REGISTER;

    /** Code of the end of a snapshot. */
    static final byte NONE = 0;

    byte code() {
      return switch (this) {
        case COUNTER -> 1;
        case LATCH -> 2;
        case REGISTER -> 3;
      };
    }
  }

  private final EntryHash hashes = new EntryHash();
  private final Cells cells = new Cells();
  private final Map<Kind, MapState> states = new EnumMap<>(Kind.class);

  private long version;
  private long sum;

  NamedValues() {
    for (Kind kind : Kind.values()) {
      states.put(kind, new MapState(kind.name(), 0));
    }
  }

  private MapState state(Kind kind) {
    return Objects.requireNonNull(states.get(kind));
  }

  byte @Nullable [] get(Kind kind, String name) {
    Cell cell = cells.find(state(kind), name);
    return cell == null ? null : cell.entry().value();
  }

  long number(Kind kind, String name) {
    byte[] value = get(kind, name);
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  /** Sets a number; 0 is the value of a name that is not stored. */
  void number(Kind kind, String name, long number) {
    set(kind, name, number == 0 ? null : ByteBuffer.allocate(8).putLong(number).array());
  }

  void set(Kind kind, String name, byte @Nullable [] value) {
    MapState state = state(kind);
    Cell cell = cells.find(state, name);
    version++;
    if (cell != null) {
      sum -= cell.entry().hash();
    }
    if (value == null) {
      if (cell != null) {
        cells.remove(cell);
      }
      return;
    }
    StoredEntry entry = entry(state, name, value, version);
    if (cell == null) {
      cells.add(state, entry);
    } else {
      cells.overwrite(cell, entry);
    }
    sum += entry.hash();
  }

  private StoredEntry entry(MapState state, String name, byte[] value, long version) {
    long hash = hashes.of(state.name, name, value, version, 0, StoredEntry.NEVER);
    return new StoredEntry(name, value, version, 0, StoredEntry.NEVER, hash);
  }

  long hash() {
    return EntryHash.mix(sum + version);
  }

  /** The values at one point in time, which any thread may write. */
  record Frozen(CellTree.Node entries, long version) {
    void write(DataOutput out) throws IOException {
      out.writeLong(version);
      CellTree.Cursor all = new CellTree.Cursor(entries, "", "", true);
      for (Cell cell = all.next(); cell != null; cell = all.next()) {
        byte[] value = cell.entry().value();
        if (value == null) {
          throw new IllegalStateException("the value of " + cell.key + " is absent");
        }
        byte[] name = cell.key.getBytes(StandardCharsets.UTF_8);
        out.writeByte(Kind.valueOf(cell.map.name).code());
        out.writeShort(name.length);
        out.write(name);
        out.writeLong(cell.entry().version());
        out.writeInt(value.length);
        out.write(value);
      }
      out.writeByte(Kind.NONE);
    }
  }

  /** Freezes the values in constant time. */
  Frozen freeze() {
    return new Frozen(cells.freeze(version), version);
  }

  private static Kind kind(byte code) throws IOException {
    for (Kind kind : Kind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    throw new IOException("the snapshot has a value of the unknown kind " + code);
  }

  /** Reads values into this object, which has none. */
  void read(DataInput in) throws IOException {
    version = in.readLong();
    for (byte code = in.readByte(); code != Kind.NONE; code = in.readByte()) {
      byte[] name = new byte[in.readUnsignedShort()];
      in.readFully(name);
      long written = in.readLong();
      int length = in.readInt();
      if (length < 0 || length > CoordinationCodec.MAX_VALUE_BYTES) {
        throw new IOException("a value in this snapshot has " + length + " bytes");
      }
      byte[] value = new byte[length];
      in.readFully(value);
      MapState state = state(kind(code));
      StoredEntry entry = entry(state, new String(name, StandardCharsets.UTF_8), value, written);
      cells.add(state, entry);
      sum += entry.hash();
    }
  }
}
