package dev.synod.data.map;

import dev.synod.core.StateMachine;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All maps of a group, created by their first use: the state machine behind {@code ReplicatedMap}.
 *
 * <p>Every change gets the next version, a counter of the whole machine, so that a version is
 * unique and rises also within a slot. What commands look like is told in {@code MapForm}.
 *
 * <p>Thread rules: everything here is called on the context of the member ({@code Synod.context()})
 * only. Listeners are called there too, after the last command of a slot; they may ask the machine
 * anything, and must not block. What a listener throws is logged, and goes no further.
 */
public final class MapMachine implements StateMachine {
  /** The name it is registered under. */
  public static final String NAME = "map";

  /** Below so many maps nobody looks for those that are empty and could be forgotten. */
  private static final int FEW_MAPS = 1024;

  /** After a snapshot, so many changes go back into the maps at each slot, at most. */
  private static final int PUT_BACK = 1_000;

  private static final int READ_AHEAD = 64 << 10;

  private final HistoryLimits limits;
  private final MapInput input = new MapInput();
  private final EntryHash hashes = new EntryHash();
  private final MapListeners listeners = new MapListeners();

  private Map<String, MapState> maps = new HashMap<>();

  /** One of {@link #maps}, or null. */
  private @Nullable MapState lastMap;

  /** The maps that the slot now being applied has changed. */
  private final List<MapState> touched = new ArrayList<>();

  /** Maps that were frozen, and whose changes are on their way back. */
  private final List<MapState> returning = new ArrayList<>();

  private long slot;
  private long version;

  /** The sum over all entries. */
  private long sum;

  /** The history of a map that is not among {@link #maps} is complete after this slot. */
  private long forgotten;

  private long historyBytes;
  private int sweepAt = FEW_MAPS;

  /** A machine without maps, with {@link HistoryLimits#DEFAULT}. */
  public MapMachine() {
    this(HistoryLimits.DEFAULT);
  }

  /** A machine without maps. */
  public MapMachine(HistoryLimits limits) {
    this.limits = limits;
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    // Everything is read before anything is changed: a malformed command leaves no trace.
    byte kind = input.on(command).kind(MapCodec.REMOVE_VERSION);
    String name = input.name();
    String key = input.key();
    long expected =
        MapCodec.hasVersion(kind) ? input.version(kind == MapCodec.REMOVE_VERSION ? 1 : 0) : 0;
    byte[] value = null;
    if (MapCodec.hasValue(kind)) {
      value = input.value();
    } else {
      input.end();
    }

    MapState map = map(name);
    MapState.Cell cell = map == null ? null : map.cell(key);
    StoredEntry old = cell == null ? null : cell.entry();
    long current = old == null ? 0 : old.version();
    byte[] previous = old == null || kind == MapCodec.PUT ? null : old.value();
    boolean done =
        switch (kind) {
          case MapCodec.PUT -> true;
          case MapCodec.PUT_IF_ABSENT -> old == null;
          case MapCodec.REPLACE, MapCodec.REMOVE -> old != null;
          default -> current == expected;
        };
    if (!done) {
      return MapCodec.result(false, current, previous);
    }
    change(map == null ? create(name) : map, key, cell, value, context);
    return MapCodec.result(true, version, previous);
  }

  private MapState create(String name) {
    MapState map = new MapState(name, forgotten);
    maps.put(name, map);
    return map;
  }

  /** The map of the command before, most often. */
  private @Nullable MapState map(String name) {
    MapState map = lastMap;
    if (map == null || !map.name.equals(name)) {
      map = maps.get(name);
      lastMap = map;
    }
    return map;
  }

  private void change(
      MapState map,
      String key,
      MapState.@Nullable Cell cell,
      byte @Nullable [] value,
      Context context) {
    version++;
    if (cell != null) {
      sum -= cell.entry().hash();
    }
    // The key that is there already is kept, and the one that was just read is soon forgotten.
    String kept = cell == null ? key : cell.entry().key();
    StoredEntry change;
    if (value == null) {
      change = new StoredEntry(kept, null, version, context.slot(), 0);
      map.remove(kept);
    } else {
      long hash = hashes.of(map.name, kept, value, version, context.slot());
      change = new StoredEntry(kept, value, version, context.slot(), hash);
      if (cell == null) {
        map.add(change);
      } else {
        map.overwrite(cell, change);
      }
      sum += hash;
    }
    map.history.add(change);
    historyBytes += change.weight();
    if (map.changedAt != context.slot()) {
      map.changedAt = context.slot();
      touched.add(map);
    }
  }

  @Override
  public void applied(long slot) {
    this.slot = slot;
    for (MapState map : touched) {
      // Before the history is cut: it may not hold a slot as large as this one.
      if (listeners.has(map.name)) {
        map.history.after(slot - 1).forEach(changes -> listeners.tell(map.name, changes));
      }
      long before = map.history.bytes();
      map.history.trim(limits.changes(), limits.bytes());
      historyBytes += map.history.bytes() - before;
    }
    touched.clear();
    if (!returning.isEmpty()) {
      putBack(PUT_BACK);
    }
    while (historyBytes > limits.totalBytes()) {
      halveTheLargest();
    }
    if (maps.size() > sweepAt) {
      sweep();
    }
    listeners.tell(slot);
  }

  private void halveTheLargest() {
    MapHistory largest = null;
    for (MapState map : maps.values()) {
      if (largest == null || map.history.bytes() > largest.bytes()) {
        largest = map.history;
      }
    }
    if (largest == null) {
      throw new IllegalStateException(historyBytes + " bytes of history, and no map");
    }
    long before = largest.bytes();
    largest.halve();
    historyBytes += largest.bytes() - before;
  }

  /** Forgets empty maps that nobody listens to, or one-time names would pile up. */
  private void sweep() {
    lastMap = null;
    maps.values()
        .removeIf(
            map -> {
              boolean unused = map.size() == 0 && !listeners.has(map.name);
              historyBytes -= unused ? map.history.bytes() : 0;
              return unused;
            });
    forgotten = slot;
    sweepAt = Math.max(FEW_MAPS, 2 * maps.size());
  }

  @Override
  public byte[] query(ByteBuffer question) {
    byte kind = input.on(question).kind(MapCodec.SIZE);
    MapState map = maps.get(input.name());
    if (kind == MapCodec.GET) {
      String key = input.key();
      input.end();
      return MapCodec.got(map == null ? null : map.get(key));
    }
    if (kind == MapCodec.SIZE) {
      input.end();
      return MapCodec.sized(map == null ? 0 : map.size());
    }
    String prefix = input.text("the prefix");
    String after = input.text("the key to start after");
    int limit = input.limit();
    input.end();
    return MapCodec.scanned(
        map == null ? List.of() : map.scan(prefix, after.isEmpty() ? null : after, limit));
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    Frozen all = freeze();
    all.write(out);
    all.close();
  }

  @Override
  public Frozen freeze() {
    putBack(Integer.MAX_VALUE);
    List<MapState> frozen = maps.values().stream().filter(map -> map.size() > 0).toList();
    List<MapState.Kept> kept = frozen.stream().map(MapState::freeze).toList();
    long slotThen = slot;
    long versionThen = version;
    return new Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        MapSnapshot.write(out, slotThen, versionThen, kept);
      }

      @Override
      public void close() {
        frozen.forEach(MapState::thaw);
        returning.addAll(frozen);
      }
    };
  }

  /** Puts changes back into the maps that were frozen, so many at most. */
  private void putBack(int atMost) {
    int left = atMost;
    while (!returning.isEmpty() && left > 0) {
      MapState map = returning.get(returning.size() - 1);
      int done = map.putBack(left);
      if (done < left) {
        returning.remove(returning.size() - 1);
      }
      left -= done;
    }
  }

  /** Listeners stay; they are told by {@link #onRestore} that changes have passed them by. */
  @Override
  public void restore(DataInput in) throws IOException {
    become(read(in));
  }

  @Override
  public Runnable prepare(InputStream in) throws IOException {
    InputStream buffered = new BufferedInputStream(in, READ_AHEAD);
    MapMachine fresh = read(new DataInputStream(buffered));
    if (buffered.read() >= 0) {
      throw new IOException("the snapshot of the maps goes on behind its end");
    }
    return () -> become(fresh);
  }

  /** Another machine in the state of a snapshot; touches nothing of this one. */
  private MapMachine read(DataInput in) throws IOException {
    MapMachine fresh = new MapMachine(limits);
    MapSnapshot.read(
        in,
        new MapSnapshot.Reader() {
          @Override
          public void head(long slot, long version) {
            fresh.slot = slot;
            fresh.version = version;
            fresh.forgotten = slot;
          }

          @Override
          public void entry(String name, String key, byte[] value, long version, long slot) {
            MapState map = fresh.map(name);
            long hash = fresh.hashes.of(name, key, value, version, slot);
            fresh.sum += hash;
            (map == null ? fresh.create(name) : map)
                .add(new StoredEntry(key, value, version, slot, hash));
          }
        });
    return fresh;
  }

  private void become(MapMachine fresh) {
    maps = fresh.maps;
    lastMap = null;
    touched.clear();
    returning.clear();
    slot = fresh.slot;
    version = fresh.version;
    sum = fresh.sum;
    forgotten = fresh.forgotten;
    historyBytes = 0;
    sweepAt = Math.max(FEW_MAPS, 2 * maps.size());
    listeners.restored(slot);
  }

  @Override
  public long hash() {
    return EntryHash.mix(sum + version);
  }

  /** The last slot that was applied. */
  public long slot() {
    return slot;
  }

  /** How many maps are kept, empty ones included. */
  int maps() {
    return maps.size();
  }

  /** Whether anybody listens to a map. */
  public boolean listened(String map) {
    return listeners.has(map);
  }

  /** How many keys a map has. */
  public long size(String map) {
    MapState state = maps.get(map);
    return state == null ? 0 : state.size();
  }

  /** What a key holds; null if it is absent. */
  public @Nullable MapEntry<Buffer> get(String map, String key) {
    MapState state = maps.get(map);
    StoredEntry entry = state == null ? null : state.get(key);
    return entry == null ? null : entry(entry);
  }

  /**
   * Reads a map by rising key (as {@link String#compareTo}).
   *
   * @param prefix that keys begin with; empty for all
   * @param after only keys after this one; null for all
   * @param limit how many at most, at least 1
   */
  public Scan scan(String map, String prefix, @Nullable String after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of a scan is at least 1, not " + limit);
    }
    MapState state = maps.get(map);
    if (state == null) {
      return new Scan(slot, List.of(), false);
    }
    int oneMore = limit == Integer.MAX_VALUE ? limit : limit + 1;
    List<StoredEntry> found = state.scan(prefix, after, oneMore);
    boolean more = found.size() > limit;
    return new Scan(
        slot,
        (more ? found.subList(0, limit) : found).stream().map(MapMachine::entry).toList(),
        more);
  }

  private static MapEntry<Buffer> entry(StoredEntry entry) {
    byte[] value = entry.value();
    return new MapEntry<>(
        entry.key(),
        value == null ? Buffer.buffer() : Buffer.buffer(value),
        entry.version(),
        entry.slot());
  }

  /**
   * What changed in a map after a slot, up to {@link #slot()}.
   *
   * @return slot by slot; empty if nothing did; null if the history no longer reaches back that
   *     far, or the slot is not applied here yet
   */
  public @Nullable List<SlotChanges> since(String map, long slot) {
    if (slot > this.slot) {
      return null;
    }
    MapState state = maps.get(map);
    if (state == null) {
      return slot < forgotten ? null : List.of();
    }
    return state.history.since(slot);
  }

  /** Tells of every slot from now on that changes this map, which need not be there yet. */
  public Subscription listen(String map, Consumer<SlotChanges> listener) {
    return listeners.add(map, listener);
  }

  /** Tells of every slot that was applied, whatever it held, after all that {@link #listen}. */
  public Subscription onSlot(LongConsumer listener) {
    return listeners.onSlot(listener);
  }

  /**
   * Tells when the state was replaced by a snapshot at a later slot, because this member was too
   * far behind. The changes between are told to nobody: read the map again ({@link #scan}).
   */
  public Subscription onRestore(LongConsumer listener) {
    return listeners.onRestore(listener);
  }
}
