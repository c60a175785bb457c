package dev.synod.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
  private static List<String> events(String stream, int piece) {
    List<String> events = new ArrayList<>();
    SseReader reader = new SseReader((name, id, data) -> events.add(name + "|" + id + "|" + data));
    Buffer bytes = Buffer.buffer(stream);
    for (int at = 0; at < bytes.length(); at += piece) {
      reader.handle(bytes.getBuffer(at, Math.min(bytes.length(), at + piece)));
    }
    return events;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000})
  void eventsComeOutWholeHoweverTheyComeIn(int piece) {
    String stream =
        ":\n\nevent: ok\ndata: {\"mode\":\"resumed\"}\n\nevent: chg\nid: 17\ndata: {\"ä\":1}\n\n";

    assertThat(events(stream, piece))
        .containsExactly("ok||{\"mode\":\"resumed\"}", "chg|17|{\"ä\":1}");
  }

  @Test
  void halfAnEventIsNone() {
    assertThat(events("event: chg\nid: 17\ndata: {}\n", 5)).isEmpty();
  }
}
