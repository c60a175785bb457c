package dev.synod.web.impl.feed;

import dev.synod.data.map.MapEntry;
import dev.synod.data.map.MapMachine;
import dev.synod.data.map.Scan;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of entries in rising order of the keys. Its number of entries and its size are limited,
 * because it is read on the learner's context.
 *
 * @param more whether further keys follow
 */
public record MapPage(long slot, List<MapEntry<Buffer>> entries, boolean more) {
  /** Approximate maximum size of a page, in bytes; a single larger value makes a larger page. */
  static final int BYTES = 256 << 10;

  public static MapPage read(
      MapMachine maps, String map, String prefix, @Nullable String after, int limit, long bytes) {
    List<MapEntry<Buffer>> entries = new ArrayList<>();
    long weight = 0;
    int step = 8; // a scan copies its values, which may be large
    String last = after;
    while (true) {
      Scan scan = maps.scan(map, prefix, last, Math.min(step, limit - entries.size()));
      for (MapEntry<Buffer> entry : scan.entries()) {
        entries.add(entry);
        weight += FeedFrame.weight(entry.key(), entry.value());
        last = entry.key();
      }
      if (!scan.more() || entries.size() >= limit || weight >= bytes) {
        return new MapPage(scan.slot(), entries, scan.more());
      }
      step = Math.min(64, 2 * step);
    }
  }
}
