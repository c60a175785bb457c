package dev.synod.web.impl.feed;

import dev.synod.data.machine.MapMachine;
import dev.synod.data.machine.MapView;
import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A page of entries in rising order of the keys.
 *
 * @param more whether further keys follow
 */
public record MapPage(long slot, List<MapEntry<Buffer>> entries, boolean more) {
  /** Number of keys that one turn of the member reads, so that the learner continues soon. */
  static final int KEYS = 256;

  /** Approximate size of what one turn reads, in bytes; a single larger value makes it larger. */
  static final int BYTES = 256 << 10;

  /**
   * Reads a page on the member's context if it is small, and prepares the reading of a larger one
   * elsewhere.
   *
   * @param after key after which the page starts; null for the beginning
   * @param limit maximum number of keys
   * @param bytes approximate maximum size of the page
   * @return returns the page on any thread
   */
  public static Supplier<MapPage> read(
      MapMachine maps, String map, String prefix, @Nullable String after, int limit, long bytes) {
    if (limit <= KEYS) {
      MapPage page = read(maps.current(map, prefix, after), limit, bytes);
      return () -> page;
    }
    MapView view = maps.view(map, prefix, after);
    return () -> read(view, limit, bytes);
  }

  /** Reads the next page of a snapshot; called on the member's context. */
  static MapPage read(MapMachine maps, String map, @Nullable String after) {
    return read(maps.current(map, "", after), KEYS, BYTES);
  }

  private static MapPage read(MapView view, int limit, long bytes) {
    List<MapEntry<Buffer>> entries = new ArrayList<>();
    long weight = 0;
    MapEntry<Buffer> next = view.next();
    while (next != null && entries.size() < limit && weight < bytes) {
      entries.add(next);
      weight += FeedFrame.weight(next.key(), next.value());
      next = view.next();
    }
    return new MapPage(view.slot(), entries, next != null);
  }
}
