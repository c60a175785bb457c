package dev.synod.web.impl.feed;

import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.auth.TokenBucket;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.TooManyException;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The socket of a page: it handles the page's frames and sends the frames of its subscriptions. */
final class FeedSocket extends FeedOutlet {
  /** Close codes, also used in {@code bye}. */
  static final int GOING_AWAY = 1001;

  static final int TOO_BIG = 1009;
  static final int TRY_ELSEWHERE = 1013;
  static final int BAD_FRAME = 4000;
  static final int NO_HELLO = 4001;
  static final int DENIED = 4003;
  static final int WRONG_GROUP = 4004;
  static final int TOO_SLOW = 4008;
  static final int EXPIRED = 4011;

  private static final int MAX_SUBSCRIPTIONS = 64;

  /** Number of malformed frames after which the socket is closed. */
  private static final int MAX_ERRORS = 16;

  private static final long RETRY_MILLIS = 250;

  /** Maximum length of a close reason in bytes: 125 without the code (RFC 6455, section 5.5). */
  private static final int MAX_REASON = 123;

  private final SockJSSocket socket;
  private final String address;
  private final Feed feed;
  private final LoopDispatcher loopDispatcher;
  private final Map<Long, Watcher> watchers = new HashMap<>();
  private final TokenBucket frames;
  private @Nullable Principal principal;
  private long expiry = -1;
  private long seen = -1;
  private boolean closed;
  private int errors;

  /** Whether a frame has arrived since the last check. */
  private boolean heard;

  /**
   * Creates a socket.
   *
   * @param address the client's address, by which its logins are counted
   */
  FeedSocket(
      SockJSSocket socket,
      String address,
      Feed feed,
      LoopDispatcher loopDispatcher,
      long budget,
      Meter meter) {
    super(budget, true, meter);
    this.socket = socket;
    this.address = address;
    this.feed = feed;
    this.loopDispatcher = loopDispatcher;
    int most = feed.options().getMaxFramesPerSecond();
    this.frames = new TokenBucket(most, most, System.nanoTime());
  }

  void received(Buffer frame) {
    if (closed) {
      return;
    }
    heard = true;
    if (frame.length() > feed.options().getMaxFrameBytes()) {
      bye(
          TOO_BIG,
          String.format(
              Locale.ROOT,
              "a frame may have at most %d bytes, but has %d",
              feed.options().getMaxFrameBytes(),
              frame.length()),
          0);
      return;
    }
    try {
      ClientFrame parsed = ClientFrame.parse(frame.toString());
      // Acknowledgements are not limited, because their number follows from the frames sent.
      long wait = parsed instanceof ClientFrame.Ack ? 0 : frames.take(System.nanoTime());
      if (wait > 0) {
        say(
            new JsonObject()
                .put("type", "no")
                .put("code", Problem.TOO_MANY_REQUESTS.code())
                .put("message", "this node allows fewer frames per second")
                .put("retryMs", wait));
      } else {
        handle(parsed);
      }
    } catch (ClientFrame.Bad bad) {
      if (bad.fatal()) {
        bye(BAD_FRAME, String.valueOf(bad.getMessage()), 0);
      } else {
        no(bad.id(), bad.code(), String.valueOf(bad.getMessage()), false);
      }
    }
    if (unwritten() > 4L * feed.options().getSocketBudgetBytes()) {
      // The page sends requests without reading the replies.
      bye(TOO_SLOW, "the replies to the frames are not read", RETRY_MILLIS);
    }
  }

  private void handle(ClientFrame frame) {
    if (frame instanceof ClientFrame.Hello hello) {
      hello(hello);
    } else if (principal == null) {
      bye(NO_HELLO, "the first frame must be a hello", 0);
    } else if (frame instanceof ClientFrame.Sub sub) {
      subscribe(sub);
    } else if (frame instanceof ClientFrame.Unsub unsub) {
      Watcher watcher = watchers.remove(unsub.id());
      if (watcher != null) {
        watcher.close();
      }
    } else if (frame instanceof ClientFrame.Ack ack) {
      Watcher watcher =
          watchers.get(ack.id()); // null: the subscription ended while the frame was in flight
      if (watcher != null && !watcher.acknowledge(ack.index(), ack.page())) {
        no(ack.id(), "bad-ack", "slot " + ack.index() + " was not sent yet", false);
      }
    } else if (frame instanceof ClientFrame.Time time) {
      say(
          new JsonObject()
              .put("type", "time")
              .put("t0", time.t0())
              .put("time", System.currentTimeMillis()));
    }
  }

  private void hello(ClientFrame.Hello hello) {
    if (principal != null) {
      no(-1, "duplicate", "there was a hello already", false);
    } else if (hello.v() != ClientFrame.VERSION) {
      bye(
          NO_HELLO,
          String.format(
              Locale.ROOT,
              "this node speaks version %d, not %d: reload the page",
              ClientFrame.VERSION,
              hello.v()),
          0);
    } else {
      Future<Principal> admitted = feed.authenticator().admit(hello.shown(), address);
      if (admitted.isComplete()) {
        greeted(hello, admitted);
      } else {
        socket.pause(); // frames wait until the authentication has finished
        admitted.onComplete(
            done -> {
              greeted(hello, done);
              socket.resume();
            });
      }
    }
  }

  private void greeted(ClientFrame.Hello hello, AsyncResult<Principal> admitted) {
    if (closed) {
      return;
    }
    if (admitted.failed()) {
      String why = String.valueOf(admitted.cause().getMessage());
      if (admitted.cause() instanceof TooManyException tooMany) {
        bye(TRY_ELSEWHERE, why, tooMany.waitMillis());
      } else if (admitted.cause() instanceof Authenticator.ExpiredException) {
        bye(EXPIRED, why, RETRY_MILLIS);
      } else if (admitted.cause() instanceof ProblemException refused
          && refused.problem() != Problem.DENIED) {
        bye(TRY_ELSEWHERE, why, RETRY_MILLIS); // the node has failed, not the client
      } else {
        bye(DENIED, why, 0);
      }
    } else if (hello.cluster() != null && !hello.cluster().equals(feed.group())) {
      bye(
          WRONG_GROUP,
          String.format(
              Locale.ROOT,
              "this node belongs to the group \"%s\", not \"%s\"",
              feed.group(),
              hello.cluster()),
          0);
    } else if (feed.identity().isEmpty()) {
      // The state of this member is empty, and belongs to no history.
      bye(TRY_ELSEWHERE, ProblemException.NO_GROUP, RETRY_MILLIS);
    } else {
      Principal entered = admitted.result();
      principal = entered;
      expiry = feed.askAgainAt(entered, this);
      seen = Position.of(hello.seen(), hello.identity(), feed.identity()).from();
      say(
          new JsonObject()
              .put("type", "welcome")
              .put("v", ClientFrame.VERSION)
              .put("group", feed.group())
              .put("identity", feed.identity())
              .put("member", feed.member()));
    }
  }

  private void subscribe(ClientFrame.Sub sub) {
    String problem = Params.mapProblem(sub.topic());
    if (problem != null) {
      no(sub.id(), "bad-field", problem, false);
    } else if (watchers.containsKey(sub.id())) {
      no(-1, "duplicate", "there is a subscription " + sub.id() + " already", false);
    } else if (watchers.values().stream().anyMatch(w -> w.topic.equals(sub.topic()))) {
      no(sub.id(), "duplicate", "\"" + sub.topic() + "\" is watched on this socket already", false);
    } else if (watchers.size() == MAX_SUBSCRIPTIONS) {
      no(
          sub.id(),
          "too-many",
          "a socket may have at most " + MAX_SUBSCRIPTIONS + " subscriptions",
          false);
    } else if (!may(sub.topic())) {
      no(sub.id(), Problem.FORBIDDEN.code(), forbidden(sub.topic()), false);
    } else {
      Watcher watcher =
          new Watcher(
              sub.id(),
              sub.topic(),
              sub.policy(),
              Position.of(sub.from(), sub.identity(), feed.identity()),
              this,
              loopDispatcher,
              feed.hub());
      watchers.put(sub.id(), watcher);
      watcher.open(seen, feed.options().getLagWait());
    }
  }

  private boolean may(String topic) {
    return principal != null && principal.may(Permission.READ, topic);
  }

  private String forbidden(String topic) {
    return principal == null ? "" : Authenticator.forbidden(principal, Permission.READ, topic);
  }

  @Override
  void askAgain() {
    Principal here = principal;
    if (here == null || closed) {
      return;
    }
    if (System.currentTimeMillis() >= here.until()) {
      bye(EXPIRED, "the token has expired: connect again with a new one", RETRY_MILLIS);
    } else if (!here.isAdmitted()) {
      bye(DENIED, "the credentials are no longer valid", 0);
    } else {
      for (Watcher watcher : List.copyOf(watchers.values())) {
        if (!may(watcher.topic)) {
          watchers.remove(watcher.id);
          watcher.close();
          no(watcher.id, Problem.FORBIDDEN.code(), forbidden(watcher.topic), false);
        }
      }
    }
  }

  private void no(long id, String code, String message, boolean retry) {
    JsonObject no = new JsonObject().put("type", "no");
    if (id >= 0) {
      no.put("id", id);
    }
    no.put("code", code).put("message", message);
    say(retry ? no.put("retryMs", RETRY_MILLIS) : no);
    if (!retry && ++errors > MAX_ERRORS) {
      bye(BAD_FRAME, "too many malformed frames, the last one: " + message, 0);
    }
  }

  private Future<Void> say(JsonObject frame) {
    if (closed) {
      return Future.succeededFuture();
    }
    String text = frame.encode();
    Future<Void> written = socket.write(text);
    writing(ByteBufUtil.utf8Bytes(text), written);
    return written;
  }

  /** Sends the reason and closes the socket. */
  private void bye(int code, String message, long retryMillis) {
    if (closed) {
      return;
    }
    JsonObject bye = new JsonObject().put("type", "bye").put("code", code).put("message", message);
    say(retryMillis > 0 ? bye.put("retryMs", retryMillis) : bye);
    ended();
    // The close does not wait for the write, because a page that does not read would keep the
    // socket open.
    socket.close(code, reason(message));
  }

  /** Returns as many characters of the message as fit into a close frame. */
  private static String reason(String message) {
    CharBuffer rest = CharBuffer.wrap(message);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(rest, ByteBuffer.allocate(MAX_REASON), true);
    return message.substring(0, rest.position());
  }

  /** Closes the socket, because the node closes. */
  @Override
  void end() {
    bye(GOING_AWAY, "this node is being stopped", RETRY_MILLIS);
  }

  /** Closes the socket, because the node has reached its limit of sockets. */
  void refuse() {
    bye(TRY_ELSEWHERE, Problem.OVERLOADED.title, 10 * RETRY_MILLIS);
  }

  /** Closes the socket if it has sent no hello within its time. */
  void checkGreeted() {
    if (principal == null) {
      bye(NO_HELLO, "there was no hello in time", RETRY_MILLIS);
    }
  }

  /** Closes the socket if no frame has arrived since the last call. */
  void checkAlive() {
    if (!heard) {
      bye(GOING_AWAY, "the page was silent for too long", RETRY_MILLIS);
    }
    heard = false;
  }

  /** Releases the resources of the socket, which is closed or about to be. */
  void ended() {
    if (!closed) {
      closed = true;
      feed.cancel(expiry);
      List.copyOf(watchers.values()).forEach(Watcher::close);
      watchers.clear();
      gone();
    }
  }

  @Override
  Future<Void> write(FeedFrame feedFrame) {
    return socket.write(feedFrame.text());
  }

  @Override
  void ok(Watcher watcher, String mode, @Nullable String reason, long index) {
    JsonObject ok =
        new JsonObject()
            .put("type", "ok")
            .put("id", watcher.id)
            .put("topic", watcher.topic)
            .put("mode", mode);
    if (reason != null) {
      ok.put("reason", reason);
    }
    say(ok.put("index", index));
  }

  @Override
  void no(Watcher watcher, Problem problem, String message) {
    watchers.remove(watcher.id);
    no(watcher.id, problem.code(), message, true);
  }

  @Override
  void tooSlow() {
    bye(TOO_SLOW, "the budget is used up by frames without an acknowledgement", RETRY_MILLIS);
  }

  @Override
  void freed() {
    if (!closed) {
      List.copyOf(watchers.values()).forEach(Watcher::readOn);
    }
  }
}
