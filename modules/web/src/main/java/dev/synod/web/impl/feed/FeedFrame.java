package dev.synod.web.impl.feed;

import dev.synod.data.map.Change;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.SlotChanges;
import dev.synod.web.impl.http.ValueJson;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A frame about a map, shared by all its watchers; the first watcher that needs the text builds it.
 * Thread-safe.
 */
final class FeedFrame {
  /** Assumed size of a frame besides its content, in bytes. */
  private static final int OVERHEAD = 64;

  /** {@code chg}, {@code snap} or {@code mark}. */
  final String type;

  /** Slot up to which a page must have every change in order to apply this frame. */
  final long prev;

  /** Slot up to which a page has every change after it has applied this frame. */
  final long index;

  /** Number of the page within a snapshot, from 0; otherwise 0. */
  final int page;

  /**
   * Whether a page is complete up to {@link #index} after this frame, which is false within a
   * snapshot.
   */
  final boolean whole;

  /** Approximate size in bytes, known before the text is built. */
  final long weight;

  private @Nullable Supplier<JsonObject> content;
  private String text = "";
  private int bytes;

  private FeedFrame(
      String type,
      long prev,
      long index,
      int page,
      boolean whole,
      long weight,
      Supplier<JsonObject> content) {
    this.type = type;
    this.prev = prev;
    this.index = index;
    this.page = page;
    this.whole = whole;
    this.weight = weight;
    this.content = content;
  }

  /**
   * Creates a frame with all changes of one slot, or, conflated, of several slots up to the given
   * one.
   */
  static FeedFrame change(String topic, long prev, SlotChanges slot) {
    return new FeedFrame(
        "chg",
        prev,
        slot.slot(),
        0,
        true,
        weight(slot),
        () -> {
          JsonArray ops = new JsonArray();
          slot.changes().forEach(change -> ops.add(op(change)));
          return head("chg", topic).put("prev", prev).put("index", slot.slot()).put("ops", ops);
        });
  }

  /** Creates a frame that reports no change after {@code prev} up to {@code index}. */
  static FeedFrame mark(String topic, long prev, long index) {
    return new FeedFrame(
        "mark",
        prev,
        index,
        0,
        true,
        OVERHEAD,
        () -> head("mark", topic).put("prev", prev).put("index", index));
  }

  /**
   * Creates a page of a snapshot.
   *
   * @param entries next entries
   * @param patches changes of the keys of earlier pages since those pages were sent
   */
  static FeedFrame snapshot(
      String topic,
      long index,
      int page,
      boolean last,
      List<MapEntry<Buffer>> entries,
      List<Change> patches) {
    return new FeedFrame(
        "snap",
        0,
        index,
        page,
        last,
        0,
        () -> {
          JsonArray ops = new JsonArray();
          patches.forEach(change -> ops.add(op(change)));
          entries.forEach(e -> ops.add(op(new Change(e.key(), e.value(), e.version()))));
          return head("snap", topic)
              .put("index", index)
              .put("page", page)
              .put("last", last)
              .put("ops", ops);
        });
  }

  static long weight(SlotChanges slot) {
    long weight = OVERHEAD;
    for (Change change : slot.changes()) {
      weight += weight(change.key(), change.value());
    }
    return weight;
  }

  static long weight(String key, @Nullable Buffer value) {
    return (long) OVERHEAD + key.length() + (value == null ? 0 : value.length());
  }

  private static JsonObject head(String type, String topic) {
    return new JsonObject().put("type", type).put("topic", topic);
  }

  private static JsonObject op(Change change) {
    return new JsonObject()
        .put("key", change.key())
        .put("value", ValueJson.toJson(change.value()))
        .put("version", change.version());
  }

  /** Returns the frame as JSON. */
  synchronized String text() {
    if (content != null) {
      text = content.get().encode();
      bytes = ByteBufUtil.utf8Bytes(text);
      content = null; // releases the values
    }
    return text;
  }

  /** Returns the length of {@link #text} in UTF-8. */
  synchronized int bytes() {
    text();
    return bytes;
  }
}
