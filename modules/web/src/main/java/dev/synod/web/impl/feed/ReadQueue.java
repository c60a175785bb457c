package dev.synod.web.impl.feed;

import dev.synod.vertx.NextPass;
import io.vertx.core.Context;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads of the maps on the member's context, one in each pass of its event loop: however many
 * readers there are, a message of the group waits for one of them at most.
 *
 * <p>Used on the member's context only.
 */
final class ReadQueue {
  private final Context member;
  private final Map<Object, Runnable> reads = new LinkedHashMap<>();
  private boolean scheduled;

  ReadQueue(Context member) {
    this.member = member;
  }

  /** Adds the read of a reader, which replaces an earlier one of the same reader. */
  void add(Object reader, Runnable read) {
    reads.put(reader, read);
    if (!scheduled) {
      scheduled = true;
      NextPass.run(member, this::next);
    }
  }

  /** Drops the read of a reader that has gone. */
  void remove(Object reader) {
    reads.remove(reader);
  }

  void clear() {
    reads.clear();
  }

  int size() {
    return reads.size();
  }

  private void next() {
    Iterator<Runnable> all = reads.values().iterator();
    if (!all.hasNext()) {
      scheduled = false;
      return;
    }
    Runnable first = all.next();
    all.remove();
    NextPass.run(member, this::next);
    first.run();
  }
}
