package dev.synod.web;

import static dev.synod.fuzzing.Await.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A page as the feed sees it: frames out, frames in, nothing by itself. */
final class FeedPage {
  private final WebSocket socket;
  private final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();

  private FeedPage(WebSocket socket) {
    this.socket = socket;
    socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
    socket.closeHandler(
        nothing ->
            closed.complete(
                socket.closeStatusCode() == null ? -1 : (int) socket.closeStatusCode()));
  }

  /** Connects, and says hello. */
  static FeedPage greet(WebSocketClient client, int port) {
    FeedPage page = connect(client, port);
    page.say("{'type':'hello','v':1}");
    page.expect("welcome");
    return page;
  }

  static FeedPage connect(WebSocketClient client, int port) {
    return new FeedPage(await(client.connect(to(port))));
  }

  static WebSocketConnectOptions to(int port) {
    return new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setURI("/feed/websocket");
  }

  static WebSocketClient client(Vertx vertx) {
    return vertx.createWebSocketClient(
        new io.vertx.core.http.WebSocketClientOptions()
            .setMaxConnections(1000)
            .setMaxFrameSize(16 << 20)
            .setMaxMessageSize(16 << 20));
  }

  /** Sends a frame that is written with single quotes. */
  void say(String frame) {
    await(socket.writeTextMessage(frame.replace('\'', '"')));
  }

  /** Reads nothing any more, so that what is sent stays with the network and the node. */
  void stall() {
    socket.pause();
  }

  JsonObject next() {
    try {
      JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no frame in 10 s; closed: " + closed.getNow(0));
      }
      return frame;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next frame, which is of this type; marks are left out if it is not. */
  JsonObject expect(String type) {
    while (true) {
      JsonObject frame = next();
      if (frame.getString("type").equals(type)) {
        return frame;
      }
      if (!frame.getString("type").equals("mark")) {
        throw new AssertionError("expected " + type + ", got " + frame);
      }
    }
  }

  int waiting() {
    return frames.size();
  }

  int closeCode() {
    try {
      return closed.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new AssertionError("not closed in 10 s", e);
    }
  }

  void close() {
    await(socket.close());
  }
}
