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
 * The state machine behind {@link dev.synod.data.ReplicatedMap}: all maps of a group, each created
 * by its first use.
 *
 * <p>Every change gets the next version from a counter of the whole state machine, so that a
 * version is unique and rises within a slot as well. {@link MapCodec} describes the bytes of
 * commands and queries.
 *
 * <p>Threading: every method must be called on the member's context ({@code Synod.context()}).
 * Listeners run there too, after the last command of a slot; a listener may query the state machine
 * and must not block. An exception of a listener is logged and has no other effect.
 */
public final class MapMachine implements StateMachine {
  /** The name under which the state machine is registered. */
  public static final String NAME = "map";

  /**
   * Number of maps below which empty maps are kept, because searching for them would cost more than
   * it frees.
   */
  private static final int FEW_MAPS = 1024;

  /** Maximum number of changes that each slot moves back into the frozen maps after a snapshot. */
  private static final int PUT_BACK = 1_000;

  private static final int READ_AHEAD = 64 << 10;

  private final HistoryLimits limits;
  private final MapInput input = new MapInput();
  private final EntryHash hashes = new EntryHash();
  private final MapListeners listeners = new MapListeners();

  private Map<String, MapState> maps = new HashMap<>();

  /** The map of the last command, one of {@link #maps}, or null. */
  private @Nullable MapState lastMap;

  /** The maps changed by the slot that is being applied. */
  private final List<MapState> touched = new ArrayList<>();

  /** The maps whose changes are moving back into the formerly frozen table. */
  private final List<MapState> returning = new ArrayList<>();

  private long slot;
  private long version;

  /** Sum of the hashes of all entries. */
  private long sum;

  /** Slot after which the history of every map outside {@link #maps} is complete. */
  private long forgotten;

  private long historyBytes;
  private int sweepAt = FEW_MAPS;

  /** Creates a state machine without maps, with {@link HistoryLimits#DEFAULT}. */
  public MapMachine() {
    this(HistoryLimits.DEFAULT);
  }

  /** Creates a state machine without maps. */
  public MapMachine(HistoryLimits limits) {
    this.limits = limits;
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    // The whole command is decoded before the state changes, so that a malformed command has no
    // effect.
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

  /** Returns the map of that name, which mostly is the map of the previous command. */
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
    // The stored key object is reused, so that the decoded one is short-lived garbage.
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
      // Listeners run before the history is trimmed, which may drop a slot as large as this one.
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
      throw new IllegalStateException(historyBytes + " bytes of history, but no map");
    }
    long before = largest.bytes();
    largest.halve();
    historyBytes += largest.bytes() - before;
  }

  /** Removes empty maps without listeners, so that maps with one-time names do not accumulate. */
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

  /**
   * Moves changes back into the formerly frozen maps.
   *
   * @param atMost maximum number of changes
   */
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

  /**
   * Replaces the state by a snapshot. Listeners stay subscribed; {@link #onRestore} tells them that
   * changes were skipped.
   */
  @Override
  public void restore(DataInput in) throws IOException {
    become(read(in));
  }

  @Override
  public Runnable prepare(InputStream in) throws IOException {
    InputStream buffered = new BufferedInputStream(in, READ_AHEAD);
    MapMachine fresh = read(new DataInputStream(buffered));
    if (buffered.read() >= 0) {
      throw new IOException("the snapshot of the maps has trailing bytes");
    }
    return () -> become(fresh);
  }

  /** Reads a snapshot into a new state machine; this one stays unchanged. */
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

  /** Returns the last slot that was applied. */
  public long slot() {
    return slot;
  }

  /** Returns the number of maps in memory, including empty ones. */
  int maps() {
    return maps.size();
  }

  /** Tells whether a map has a listener. */
  public boolean listened(String map) {
    return listeners.has(map);
  }

  /** Returns the number of keys of a map. */
  public long size(String map) {
    MapState state = maps.get(map);
    return state == null ? 0 : state.size();
  }

  /** Returns the entry of a key; null if the key is absent. */
  public @Nullable MapEntry<Buffer> get(String map, String key) {
    MapState state = maps.get(map);
    StoredEntry entry = state == null ? null : state.get(key);
    return entry == null ? null : entry(entry);
  }

  /**
   * Reads entries of a map in rising order of the keys ({@link String#compareTo}).
   *
   * @param prefix prefix of the keys; empty for all keys
   * @param after key after which the scan starts; null for the beginning
   * @param limit maximum number of entries, at least 1
   */
  public Scan scan(String map, String prefix, @Nullable String after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of a scan must be at least 1, but is " + limit);
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
   * Returns the changes of a map after a slot, up to {@link #slot()}.
   *
   * @return changes slot by slot, empty if there are none; null if the history does not reach back
   *     to that slot, or if the slot is not applied yet
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

  /** Subscribes a listener to every later slot that changes the map; the map may not exist yet. */
  public Subscription listen(String map, Consumer<SlotChanges> listener) {
    return listeners.add(map, listener);
  }

  /**
   * Subscribes a listener to every applied slot. It runs after the listeners of {@link #listen}.
   */
  public Subscription onSlot(LongConsumer listener) {
    return listeners.onSlot(listener);
  }

  /**
   * Subscribes a listener to snapshots that replace the state at a later slot, because this member
   * lagged too far behind. The changes in between are not delivered; the listener reads the map
   * again ({@link #scan}).
   */
  public Subscription onRestore(LongConsumer listener) {
    return listeners.onRestore(listener);
  }
}
