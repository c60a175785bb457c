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
 * What a node says about a map: the same object for all who watch it, made into text once, by the
 * first who needs it. Safe on all threads.
 */
final class FeedFrame {
  /** What a frame is taken to weigh beside what it carries. */
  private static final int OVERHEAD = 64;

  /** {@code chg}, {@code snap} or {@code mark}. */
  final String type;

  /** A page that has everything up to here, and only such a page, may take this frame. */
  final long prev;

  /** Having taken the frame, a page has everything up to here. */
  final long index;

  /** Of a snapshot, from 0; 0 for the others. */
  final int page;

  /** Whether a page that has taken it stands at {@link #index}: not so in mid snapshot. */
  final boolean whole;

  /** About how many bytes it will be; known before it is text. */
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

  /** All that one slot changed; or, conflated, several slots, of which it names the last. */
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

  /** Nothing happened after {@code prev} and up to {@code index}. */
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
   * A page of a snapshot.
   *
   * @param entries the next keys
   * @param patches what has happened to the keys of earlier pages since those were sent
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

  /** The frame as JSON. */
  synchronized String text() {
    if (content != null) {
      text = content.get().encode();
      bytes = ByteBufUtil.utf8Bytes(text);
      content = null; // and with it the values
    }
    return text;
  }

  /** The length of {@link #text} in UTF-8. */
  synchronized int bytes() {
    text();
    return bytes;
  }
}
