package dev.synod.web.impl.feed;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the web of one node is doing; safe on all threads. */
public final class Meter {
  final AtomicInteger sockets = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger watchers = new AtomicInteger();
  final LongAdder held = new LongAdder();
  final LongAdder slow = new LongAdder();

  /** For {@code GET /api/v1/status}. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("sockets", sockets.get())
        .put("streams", streams.get())
        .put("subscriptions", watchers.get())
        .put("heldBytes", heldBytes())
        .put("slow", slow.sum());
  }

  /** Bytes given to sockets and streams that their readers have not acknowledged. */
  public long heldBytes() {
    return held.sum();
  }

  /** How many sockets of the feed are open. */
  public int sockets() {
    return sockets.get();
  }

  /** How many streams of server-sent events are open. */
  public int streams() {
    return streams.get();
  }

  /** How many subscriptions there are, of all sockets and streams. */
  public int subscriptions() {
    return watchers.get();
  }

  /** How often a subscriber fell behind, so that it has to catch up from the history. */
  public long slow() {
    return slow.sum();
  }
}
