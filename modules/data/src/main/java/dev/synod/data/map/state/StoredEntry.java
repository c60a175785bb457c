package dev.synod.data.map.state;

import dev.synod.data.map.Change;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A key and its value, in one object that the map and its history share; in the history also a
 * removal.
 *
 * @param value value; null if the key was removed. The array never leaves the state machine,
 *     because writing to it would make replicas differ
 * @param end log's time at which the entry ends, in milliseconds since 1970; {@link #NEVER} if it
 *     stays
 * @param hash contribution of this entry to the hash of the state
 * @param weight size in the history, computed at the creation, because key and value have left the
 *     processor's caches when the history drops the entry
 */
@SuppressWarnings("ArrayRecordComponent")
// never compared
public record StoredEntry(
    String key, byte @Nullable [] value, long version, long slot, long end, long hash, int weight) {
  /** The end of an entry that stays. */
  public static final long NEVER = Long.MAX_VALUE;

  public StoredEntry(
      String key, byte @Nullable [] value, long version, long slot, long end, long hash) {
    this(key, value, version, slot, end, hash, weight(key, value));
  }

  private static int weight(String key, byte @Nullable [] value) {
    return HistoryLimits.OVERHEAD + key.length() + (value == null ? 0 : value.length);
  }

  public Change toChange() {
    return new Change(key, value == null ? null : Buffer.buffer(value), version);
  }

  public MapEntry<Buffer> toEntry() {
    return new MapEntry<>(
        key, value == null ? Buffer.buffer() : Buffer.buffer(value), version, slot);
  }
}
