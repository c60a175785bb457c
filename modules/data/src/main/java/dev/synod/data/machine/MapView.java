package dev.synod.data.machine;

import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a map as of one slot, read once and in order. Any one thread may read them, also
 * while the state machine applies further slots.
 */
public final class MapView {
  private final long slot;
  private final Supplier<@Nullable MapEntry<Buffer>> entries;

  /**
   * Creates a view.
   *
   * @param entries returns the next entry at each call; null at the end
   */
  MapView(long slot, Supplier<@Nullable MapEntry<Buffer>> entries) {
    this.slot = slot;
    this.entries = entries;
  }

  /** Returns the slot as of which the entries are. */
  public long slot() {
    return slot;
  }

  /** Returns the next entry in rising order of the keys; null at the end. */
  public @Nullable MapEntry<Buffer> next() {
    return entries.get();
  }
}
