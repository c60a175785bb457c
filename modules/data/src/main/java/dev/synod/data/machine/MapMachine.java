package dev.synod.data.machine;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.Scan;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import dev.synod.data.map.state.Cell;
import dev.synod.data.map.state.CellTree;
import dev.synod.data.map.state.Cells;
import dev.synod.data.map.state.Ends;
import dev.synod.data.map.state.EntryCursor;
import dev.synod.data.map.state.EntryHash;
import dev.synod.data.map.state.HistoryKeeper;
import dev.synod.data.map.state.MapList;
import dev.synod.data.map.state.MapState;
import dev.synod.data.map.state.StoredEntry;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
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

  /** Number of empty maps whose history is kept for watchers. */
  private static final int EMPTY_MAPS = 1024;

  /** Number of empty maps that a slot looks at, beyond those that it changed. */
  private static final int LOOKS = 16;

  /** Number of maps that are found by the hash of their name. */
  private static final int RECENT = 256;

  /** Number of entries that end in one slot, at most; others follow in later slots. */
  private static final int ENDS = 256;

  private static final int READ_AHEAD = 64 << 10;

  private final HistoryLimits limits;
  private final MapInput input = new MapInput();
  private final EntryHash hashes = new EntryHash();
  private final MapListeners listeners = new MapListeners();

  /** All maps; a tree, because a hash table of a million maps holds the member while it grows. */
  private TreeMap<String, MapState> maps = new TreeMap<>();

  /** Maps that were used lately, by the hash of their name. */
  private final @Nullable MapState[] recent = new MapState[RECENT];

  private Cells cells = new Cells();

  /** The maps without a key, the one that became empty first at the beginning. */
  private MapList empty = new MapList();

  private Ends ends = new Ends();
  private HistoryKeeper histories;

  /** The maps changed by the slot that is being applied. */
  private final List<MapState> touched = new ArrayList<>();

  private long slot;
  private long version;

  /** Sum of the hashes of all entries. */
  private long sum;

  /** Slot after which the history of every map outside {@link #maps} is complete. */
  private long forgotten;

  /** Creates a state machine without maps, with {@link HistoryLimits#DEFAULT}. */
  public MapMachine() {
    this(HistoryLimits.DEFAULT);
  }

  /** Creates a state machine without maps. */
  public MapMachine(HistoryLimits limits) {
    this.limits = limits;
    this.histories = new HistoryKeeper(limits);
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    // The whole command is decoded before the state changes, so that a malformed command has no
    // effect.
    byte kind = input.on(command).commandKind();
    String name = input.name();
    return switch (kind) {
      case MapCodec.REMOVE_PREFIX -> {
        String prefix = input.text("the prefix");
        input.end();
        yield removePrefix(context, name, prefix);
      }
      case MapCodec.TRANSACT -> transact(context, name, input.transaction());
      default -> write(context, name, input.part(kind));
    };
  }

  /** Writes one key, if the kind of the write demands nothing else. */
  private byte[] write(Context context, String name, MapPart write) {
    byte kind = write.kind();
    MapState map = map(name);
    Cell cell = map == null ? null : cells.find(map, write.key());
    if (map != null && cell != null && isDue(cell.entry(), context)) {
      change(map, write.key(), cell, null, StoredEntry.NEVER, context);
      cell = null;
    }
    StoredEntry old = cell == null ? null : cell.entry();
    long current = old == null ? 0 : old.version();
    byte[] previous = old == null || kind == MapCodec.PUT ? null : old.value();
    boolean done =
        switch (kind) {
          case MapCodec.PUT -> true;
          case MapCodec.PUT_IF_ABSENT -> old == null;
          case MapCodec.REPLACE, MapCodec.REMOVE -> old != null;
          default -> current == write.version();
        };
    if (!done) {
      return MapCodec.result(false, current, previous);
    }
    long life = write.life();
    long latest = StoredEntry.NEVER - 1;
    long end = life == 0 ? StoredEntry.NEVER : Math.min(context.time(), latest - life) + life;
    change(map == null ? create(name) : map, write.key(), cell, write.value(), end, context);
    return MapCodec.result(true, version, previous);
  }

  /** Tells whether an entry is of the rest of {@link #timePassed}: no command finds it. */
  private static boolean isDue(StoredEntry entry, Context context) {
    return entry.end() <= context.time();
  }

  /** Removes the first keys with a prefix. */
  private byte[] removePrefix(Context context, String name, String prefix) {
    EntryCursor keys = new EntryCursor(cells::from, name, prefix, null);
    // A change ends the cursor, so that the cells are collected first.
    List<Cell> found = new ArrayList<>();
    Cell next = keys.nextCell();
    for (; next != null && found.size() < MapCodec.MAX_REMOVED; next = keys.nextCell()) {
      found.add(next);
    }
    long removed = 0;
    for (Cell cell : found) {
      removed += isDue(cell.entry(), context) ? 0 : 1;
      change(cell.map, cell.key, cell, null, StoredEntry.NEVER, context);
    }
    return MapCodec.removed(removed, next != null);
  }

  private byte[] transact(Context context, String name, TransactionParts transaction) {
    boolean succeeded = true;
    for (MapPart condition : transaction.conditions()) {
      succeeded &= holds(condition, present(context, name, condition.key()));
    }
    List<MapPart> operations = succeeded ? transaction.then() : transaction.otherwise();
    checkResults(context, name, operations);
    List<byte[]> results = new ArrayList<>();
    for (MapPart operation : operations) {
      results.add(
          operation.kind() == MapCodec.READ
              ? MapCodec.got(present(context, name, operation.key()))
              : write(context, name, operation));
    }
    return MapCodec.transacted(succeeded, results);
  }

  /** Returns the entry that a command finds; null if the key is absent. */
  private @Nullable StoredEntry present(Context context, String name, String key) {
    MapState map = map(name);
    Cell cell = map == null ? null : cells.find(map, key);
    return cell == null || isDue(cell.entry(), context) ? null : cell.entry();
  }

  private static boolean holds(MapPart condition, @Nullable StoredEntry entry) {
    return switch (condition.kind()) {
      case MapCodec.IF_PRESENT -> entry != null;
      case MapCodec.IF_VERSION -> (entry == null ? 0 : entry.version()) == condition.version();
      default -> entry != null && Arrays.equals(entry.value(), condition.value());
    };
  }

  /**
   * Refuses a transaction before it changes anything, if the values that it returns are too large.
   */
  private void checkResults(Context context, String name, List<MapPart> operations) {
    TreeMap<String, Integer> sizes = new TreeMap<>();
    long bytes = 0;
    for (MapPart operation : operations) {
      String key = operation.key();
      int size = sizes.computeIfAbsent(key, unknown -> size(present(context, name, unknown)));
      bytes += operation.kind() == MapCodec.PUT ? 0 : size;
      if (operation.kind() != MapCodec.READ) {
        sizes.put(key, operation.value() == null ? 0 : operation.value().length);
      }
    }
    if (bytes > MapCodec.MAX_TRANSACTION_BYTES) {
      throw new CommandRejected(
          "the results of the transaction have "
              + bytes
              + " bytes, but at most "
              + MapCodec.MAX_TRANSACTION_BYTES
              + " are allowed: get and remove fewer keys in one transaction");
    }
  }

  private static int size(@Nullable StoredEntry entry) {
    return entry == null || entry.value() == null ? 0 : entry.value().length;
  }

  private MapState create(String name) {
    MapState map = new MapState(name, forgotten);
    maps.put(name, map);
    return map;
  }

  /** Returns the map of that name; null if it has never been written or is forgotten. */
  private @Nullable MapState map(String name) {
    int at = name.hashCode() & RECENT - 1;
    MapState map = recent[at];
    if (map == null || !map.name.equals(name)) {
      map = maps.get(name);
      if (map != null) {
        recent[at] = map;
      }
    }
    return map;
  }

  @Override
  public long nextDeadline(long after) {
    return ends.after(after);
  }

  @Override
  public void timePassed(Context context) {
    Ends.End next = ends.first();
    for (int left = ENDS; left > 0 && next != null && next.time() <= context.time(); left--) {
      MapState map = map(next.map());
      Cell cell = map == null ? null : cells.find(map, next.key());
      if (map == null || cell == null) {
        throw new IllegalStateException("there is no entry of " + next);
      }
      change(map, next.key(), cell, null, StoredEntry.NEVER, context);
      next = ends.first();
    }
  }

  private void change(
      MapState map,
      String key,
      @Nullable Cell cell,
      byte @Nullable [] value,
      long end,
      Context context) {
    version++;
    if (cell != null) {
      sum -= cell.entry().hash();
      ends.remove(map.name, cell.entry());
    }
    // The stored key object is reused, so that the decoded one is short-lived garbage.
    String kept = cell == null ? key : cell.key;
    StoredEntry change;
    if (value == null) {
      change = new StoredEntry(kept, null, version, context.slot(), end, 0);
      if (cell != null) {
        cells.remove(cell);
      }
    } else {
      long hash = hashes.of(map.name, kept, value, version, context.slot(), end);
      change = new StoredEntry(kept, value, version, context.slot(), end, hash);
      ends.add(map.name, change);
      if (cell == null) {
        cells.add(map, change);
      } else {
        cells.overwrite(cell, change);
      }
      sum += hash;
    }
    if (map.changedAt != context.slot() || map.changesThen == 0) {
      map.changedAt = context.slot();
      map.changesThen = 0;
      map.bytesBefore = map.history.bytes();
      touched.add(map);
    }
    map.changesThen++;
    map.history.add(change);
  }

  @Override
  public void applied(long slot) {
    this.slot = slot;
    int changes = 0;
    for (MapState map : touched) {
      changes += map.changesThen;
      // Listeners run before the history is trimmed, which may drop a slot as large as this one.
      listeners.tell(map, slot);
      histories.grown(map, map.bytesBefore);
      if (map.size == 0) {
        empty.add(map.amongEmpty);
      } else {
        MapList.remove(map.amongEmpty);
      }
    }
    touched.clear();
    histories.trim(changes);
    forgetEmptyMaps(LOOKS + changes);
    listeners.tell(slot);
  }

  /** Drops empty maps without listeners, so that maps with one-time names do not accumulate. */
  private void forgetEmptyMaps(int looks) {
    int left = looks;
    MapState map = empty.first();
    while (map != null && empty.size() > EMPTY_MAPS && left-- > 0) {
      if (listeners.has(map.name)) {
        empty.add(map.amongEmpty);
      } else {
        MapList.remove(map.amongEmpty);
        histories.remove(map);
        maps.remove(map.name);
        int at = map.hash & RECENT - 1;
        recent[at] = recent[at] == map ? null : recent[at];
        forgotten = Math.max(forgotten, map.changedAt);
      }
      map = empty.first();
    }
  }

  @Override
  public byte[] query(ByteBuffer question) {
    byte kind = input.on(question).kind(MapCodec.SIZE);
    MapState map = map(input.name());
    if (kind == MapCodec.GET) {
      String key = input.key();
      input.end();
      Cell cell = map == null ? null : cells.find(map, key);
      return MapCodec.got(cell == null ? null : cell.entry());
    }
    input.end();
    return MapCodec.sized(map == null ? 0 : map.size);
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    Frozen all = freeze();
    all.write(out);
    all.close();
  }

  @Override
  public Frozen freeze() {
    CellTree.Node entries = cells.freeze(version);
    long slotThen = slot;
    long versionThen = version;
    return new Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        MapSnapshot.write(out, slotThen, versionThen, entries);
      }

      @Override
      public void close() {} // the garbage collector frees what nothing refers to any more
    };
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
          public void entry(
              String name, String key, byte[] value, long version, long slot, long end) {
            MapState map = fresh.map(name);
            long hash = fresh.hashes.of(name, key, value, version, slot, end);
            fresh.sum += hash;
            StoredEntry entry = new StoredEntry(key, value, version, slot, end, hash);
            fresh.cells.add(map == null ? fresh.create(name) : map, entry);
            fresh.ends.add(name, entry);
          }
        });
    return fresh;
  }

  private void become(MapMachine fresh) {
    maps = fresh.maps;
    cells = fresh.cells;
    empty = fresh.empty;
    ends = fresh.ends;
    histories = fresh.histories;
    Arrays.fill(recent, null);
    touched.clear();
    slot = fresh.slot;
    version = fresh.version;
    sum = fresh.sum;
    forgotten = fresh.forgotten;
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
    MapState state = map(map);
    return state == null ? 0 : state.size;
  }

  /** Returns the entry of a key; null if the key is absent. */
  public @Nullable MapEntry<Buffer> get(String map, String key) {
    MapState state = map(map);
    Cell cell = state == null ? null : cells.find(state, key);
    return cell == null ? null : cell.entry().toEntry();
  }

  /**
   * Reads entries of a map in rising order of the keys ({@link String#compareTo}). The call takes
   * the member's thread for about 1 µs for each entry; {@link #view} reads many entries elsewhere.
   *
   * @param prefix prefix of the keys; empty for all keys
   * @param after key after which the scan starts; null for the beginning
   * @param limit maximum number of entries, at least 1
   */
  public Scan scan(String map, String prefix, @Nullable String after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of a scan must be at least 1, but is " + limit);
    }
    MapView entries = current(map, prefix, after);
    List<MapEntry<Buffer>> found = new ArrayList<>();
    MapEntry<Buffer> entry = entries.next();
    for (; entry != null && found.size() < limit; entry = entries.next()) {
      found.add(entry);
    }
    return new Scan(slot, List.copyOf(found), entry != null);
  }

  /**
   * Returns the entries of a map as of {@link #slot}, which any one thread can read while this
   * state machine goes on. Costs constant time, and later a copy of what changes meanwhile.
   *
   * @param prefix prefix of the keys; empty for all keys
   * @param after key after which the view starts; null for the beginning
   */
  public MapView view(String map, String prefix, @Nullable String after) {
    CellTree.Node entries = cells.freeze(version);
    EntryCursor cursor =
        new EntryCursor(
            (name, key, inclusive) -> new CellTree.Cursor(entries, name, key, inclusive),
            map,
            prefix,
            after);
    return new MapView(slot, cursor::next);
  }

  /**
   * Returns the present entries of some keys as of {@link #slot}, which any one thread can read
   * while this state machine goes on. The call looks each key up, which takes about 1 µs.
   *
   * @param keys keys in the order in which the view returns their entries
   */
  public MapView view(String map, Collection<String> keys) {
    MapState state = map(map);
    List<StoredEntry> found = new ArrayList<>();
    for (String key : keys) {
      Cell cell = state == null ? null : cells.find(state, key);
      if (cell != null) {
        found.add(cell.entry());
      }
    }
    Iterator<StoredEntry> entries = found.iterator();
    return new MapView(slot, () -> entries.hasNext() ? entries.next().toEntry() : null);
  }

  /** Returns the entries of the keys that a filter matches, as the other views do. */
  public MapView view(String map, KeyFilter keys) {
    return keys.exact() ? view(map, List.of(keys.text())) : view(map, keys.text(), null);
  }

  /**
   * Returns the entries of a map, to be read on the member's context before its current turn ends.
   * A turn that reads some hundred entries takes a fraction of a millisecond.
   *
   * @param prefix prefix of the keys; empty for all keys
   * @param after key after which the entries start; null for the beginning
   */
  public MapView current(String map, String prefix, @Nullable String after) {
    return new MapView(slot, new EntryCursor(cells::from, map, prefix, after)::next);
  }

  /**
   * Returns the changes of a map after a slot, up to {@link #slot()}: all of them, or those of the
   * first slots.
   *
   * @param changes number of changes with which the answer ends; those of one slot stay together
   * @param bytes size of the changes with which the answer ends
   * @return changes slot by slot; null if the history does not reach back to that slot, or if the
   *     slot is not applied yet
   */
  public @Nullable MissedChanges since(String map, long slot, int changes, long bytes) {
    return since(map, KeyFilter.ALL, slot, changes, bytes);
  }

  /**
   * Returns the changes of the keys that a filter matches, as {@link #since(String, long, int,
   * long)} does. The answer also ends after some thousand changes of other keys, so it may be
   * incomplete and without a change.
   */
  public @Nullable MissedChanges since(
      String map, KeyFilter keys, long slot, int changes, long bytes) {
    if (slot > this.slot) {
      return null;
    }
    MapState state = map(map);
    if (state == null) {
      return slot < forgotten ? null : new MissedChanges(List.of(), this.slot, true);
    }
    MissedChanges missed = state.history.since(slot, keys, changes, bytes);
    return missed == null || !missed.complete()
        ? missed
        : new MissedChanges(missed.slots(), this.slot, true);
  }

  /** Subscribes a listener to every later slot that changes the map; the map may not exist yet. */
  public Subscription listen(String map, Consumer<SlotChanges> listener) {
    return listeners.add(map, listener);
  }

  /**
   * Subscribes a listener to every later slot that changes a key that the filter matches; the map
   * may not exist yet. The listener gets the slot, and {@link #since(String, KeyFilter, long, int,
   * long)} returns the changes. Changes of other keys cost nothing if the filter is for one key.
   */
  public Subscription listen(String map, KeyFilter keys, LongConsumer listener) {
    return listeners.add(map, keys, listener);
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
