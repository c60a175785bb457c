package dev.synod.data.machine;

import dev.synod.data.map.MapEntry;
import dev.synod.data.map.state.EntryCursor;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a map as of one slot, read once and in order. Any one thread may read them, also
 * while the state machine applies further slots.
 */
public final class MapView {
  private final long slot;
  private final EntryCursor entries;

  MapView(long slot, EntryCursor entries) {
    this.slot = slot;
    this.entries = entries;
  }

  /** Returns the slot as of which the entries are. */
  public long slot() {
    return slot;
  }

  /** Returns the next entry in rising order of the keys; null at the end. */
  public @Nullable MapEntry<Buffer> next() {
    return entries.next();
  }
}
