package dev.synod.web.impl.feed;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one node's web. Thread-safe. */
public final class Meter {
  final AtomicInteger sockets = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger watchers = new AtomicInteger();
  final LongAdder held = new LongAdder();
  final LongAdder slow = new LongAdder();

  /** Returns the counters as JSON, for {@code GET /api/v1/status}. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("sockets", sockets.get())
        .put("streams", streams.get())
        .put("subscriptions", watchers.get())
        .put("heldBytes", heldBytes())
        .put("slow", slow.sum());
  }

  /**
   * Returns the number of bytes sent to sockets and streams that their readers have not
   * acknowledged.
   */
  public long heldBytes() {
    return held.sum();
  }

  /** Returns the number of open sockets of the feed. */
  public int sockets() {
    return sockets.get();
  }

  /** Returns the number of open streams of server-sent events. */
  public int streams() {
    return streams.get();
  }

  /** Returns the number of subscriptions of all sockets and streams. */
  public int subscriptions() {
    return watchers.get();
  }

  /**
   * Returns the number of times that a subscriber fell behind and had to catch up from the history.
   */
  public long slow() {
    return slow.sum();
  }
}
