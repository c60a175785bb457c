package dev.synod.web.impl.feed;

import dev.synod.data.map.MapEntry;
import dev.synod.data.map.MapMachine;
import dev.synod.data.map.Scan;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a map by rising key, bounded in number and in bytes: it is read on the learner's
 * context, which has other things to do.
 *
 * @param more there are keys after the last one here
 */
public record MapPage(long slot, List<MapEntry<Buffer>> entries, boolean more) {
  /** A page is about as large at most; one value may be larger. */
  static final int BYTES = 256 << 10;

  public static MapPage read(
      MapMachine maps, String map, String prefix, @Nullable String after, int limit, long bytes) {
    List<MapEntry<Buffer>> entries = new ArrayList<>();
    long weight = 0;
    int step = 8; // a scan copies its values, however large
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
