package dev.synod.web.impl.feed;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.data.map.HistoryLimits;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.web.ScriptedSynod;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.auth.ConfiguredAuthority;
import dev.synod.web.impl.auth.Connections;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page sends on the feed: a frame, or it is told what was wrong. */
class ClientFrameFuzzTest {
  private static final String HELLO = "{\"type\":\"hello\",\"v\":1}";
  private static final ConcurrentLinkedQueue<Throwable> ESCAPED = new ConcurrentLinkedQueue<>();

  private static Vertx vertx;
  private static Feed feed;
  private static Context context;
  private static LoopDispatcher loopDispatcher;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    vertx.exceptionHandler(ESCAPED::add);
    ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
    context = synod.context();
    context.exceptionHandler(ESCAPED::add);
    WebOptions options = new WebOptions();
    feed =
        new Feed(
            vertx,
            synod,
            options,
            new Authenticator(new ConfiguredAuthority(vertx, options), options),
            new Connections(vertx, options));
    loopDispatcher = new LoopDispatcher(context);
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  static Stream<byte[]> frames() {
    return Seeds.texts(
        "{\"type\":\"hello\",\"v\":1,\"token\":\"t\",\"cluster\":\"test\",\"seen\":7}",
        "{\"type\":\"hello\",\"v\":1,\"user\":\"ann\",\"password\":\"p\"}",
        "{\"type\":\"sub\",\"id\":1,\"topic\":\"m\",\"from\":0,\"policy\":\"conflate\"}",
        "{\"type\":\"unsub\",\"id\":1}",
        "{\"type\":\"ack\",\"id\":1,\"index\":9007199254740991,\"page\":2}",
        "{\"type\":\"time\",\"t0\":1.5e3}",
        "{\"type\":" + "[".repeat(2_000),
        "{\"type\":\"time\",\"t0\":1" + "0".repeat(2_000) + "}");
  }

  @MethodSource("frames")
  @FuzzTest
  void aFrameIsOneOfTheKindsOrBadWithACodeAndWords(byte[] bytes) {
    String text = Buffer.buffer(bytes).toString();
    try {
      assertThat(Harmless.read(bytes.length, () -> ClientFrame.parse(text))).isNotNull();
    } catch (ClientFrame.Bad bad) {
      assertThat(bad.code()).isIn("bad-json", "bad-field", "unknown-type", "unknown-field");
      assertThat(bad.getMessage()).isNotBlank();
    }
  }

  static Stream<byte[]> conversations() {
    String sub = "{\"type\":\"sub\",\"id\":1,\"topic\":\"m\",\"from\":%d,\"policy\":\"%s\"}";
    String unknown = "{\"type\":\"" + "\u20ac".repeat(200) + "\"}";
    return Seeds.texts(
        String.join(
            "\n",
            HELLO,
            sub.formatted(0, "resume"),
            "{\"type\":\"ack\",\"id\":1,\"index\":3}",
            "{\"type\":\"time\",\"t0\":1}",
            "{\"type\":\"unsub\",\"id\":1}",
            sub.formatted(9_000_000_000_000_000L, "conflate")),
        String.join("\n", sub.formatted(0, "resume"), HELLO),
        "{\"type\":\"hello\",\"v\":1,\"cluster\":\"" + "\u20ac".repeat(200) + "\"}",
        HELLO + "\n" + (unknown + "\n").repeat(18));
  }

  /** One frame in each line. */
  @MethodSource("conversations")
  @FuzzTest
  void whateverAPageSendsItIsAnsweredInFramesOrSentAwayWithAReasonThatFits(byte[] bytes) {
    String[] frames = Buffer.buffer(bytes).toString().split("\n", 200);
    Talk talk = new Talk();
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            Harmless.read(bytes.length, () -> talk.say(frames));
            done.complete();
          } catch (RuntimeException | Error escaped) {
            done.fail(escaped);
          }
        });
    await(done.future());
    // The answers of the member come in later turns: one more there and back.
    Promise<Void> after = Promise.promise();
    context.runOnContext(back -> context.runOnContext(again -> after.complete()));
    await(after.future());
    assertThat(ESCAPED).isEmpty();
    for (String text : talk.written) {
      assertThat(new JsonObject(text).getString("type")).isNotBlank();
    }
  }

  /** A page at the other end of a socket. */
  private static final class Talk {
    final List<String> written = new ArrayList<>();
    private boolean closed;

    Talk say(String[] frames) {
      written.clear();
      closed = false;
      FeedSocket page =
          new FeedSocket(socket(), "127.0.0.1", feed, loopDispatcher, 1 << 20, new Meter());
      for (String frame : frames) {
        page.received(Buffer.buffer(frame));
      }
      context.runOnContext(later -> context.runOnContext(end -> page.ended()));
      return this;
    }

    private SockJSSocket socket() {
      return (SockJSSocket)
          Proxy.newProxyInstance(
              SockJSSocket.class.getClassLoader(),
              new Class<?>[] {SockJSSocket.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("write")) {
                  assertThat(closed).isFalse();
                  written.add((String) arguments[0]);
                  return Future.succeededFuture();
                } else if (method.getName().equals("close")) {
                  closed = true;
                  // RFC 6455, section 5.5: 125 bytes, two of them for the code.
                  String reason = (String) arguments[1];
                  assertThat(reason.getBytes(StandardCharsets.UTF_8).length)
                      .as(reason)
                      .isLessThanOrEqualTo(123);
                  return null;
                }
                if (method.getName().equals("remoteAddress")) {
                  return SocketAddress.inetSocketAddress(1, "127.0.0.1");
                }
                throw new UnsupportedOperationException(method.toString());
              });
    }
  }
}
