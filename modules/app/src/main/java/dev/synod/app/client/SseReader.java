package dev.synod.app.client;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;

/**
 * Server-sent events out of a stream of bytes (the WHATWG's HTML standard, section 9.2), as far as
 * members send them: lines end with LF. On one context.
 */
public final class SseReader implements Handler<Buffer> {
  /** Who takes the events. */
  public interface Sink {
    /**
     * Takes an event.
     *
     * @param id where to resume after it; empty if it has none
     */
    void event(String name, String id, String data);
  }

  private static final int MAX_LINE_BYTES = 64 << 20;

  private final RecordParser lines;
  private final Sink sink;
  private String name = "";
  private String id = "";
  private final StringBuilder data = new StringBuilder();

  public SseReader(Sink sink) {
    this.sink = sink;
    this.lines = RecordParser.newDelimited("\n", line -> line(line.toString()));
    this.lines.maxRecordSize(MAX_LINE_BYTES);
  }

  @Override
  public void handle(Buffer bytes) {
    lines.handle(bytes);
  }

  private void line(String line) {
    if (line.isEmpty()) {
      if (data.length() > 0) {
        sink.event(name, id, data.toString());
      }
      name = "";
      id = "";
      data.setLength(0);
      return;
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    switch (field) {
      case "event" -> name = value;
      case "id" -> id = value;
      case "data" -> data.append(data.length() == 0 ? "" : "\n").append(value);
      default -> {
        // A comment, or a field of another time: the standard says to ignore it.
      }
    }
  }
}
