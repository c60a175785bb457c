package dev.synod.data.map;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A value under its key, as the map and the history hold it, one object for both; in the history
 * also a removal.
 *
 * @param value null: removed. Nobody outside of the machine ever gets this array, for replicas
 *     whose values are written to differ
 * @param hash its part of the hash of the state
 * @param weight in the history; known from the beginning, because when it leaves there, key and
 *     value have long left the processor's caches
 */
@SuppressWarnings("ArrayRecordComponent")
public // never compared
record StoredEntry(
    String key, byte @Nullable [] value, long version, long slot, long hash, int weight) {

  public StoredEntry(String key, byte @Nullable [] value, long version, long slot, long hash) {
    this(key, value, version, slot, hash, weight(key, value));
  }

  private static int weight(String key, byte @Nullable [] value) {
    return HistoryLimits.OVERHEAD + key.length() + (value == null ? 0 : value.length);
  }

  Change toChange() {
    return new Change(key, value == null ? null : Buffer.buffer(value), version);
  }
}
