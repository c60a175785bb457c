package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks members over HTTP until one answers: when one cannot be reached, or cannot help, the next is
 * asked, within a time. All calls go to one member as long as it answers. Safe on all threads.
 */
public final class GroupClient {
  /** A little more than a member itself waits by default. */
  private static final long ATTEMPT_MILLIS = 12_000;

  private static final int CONNECT_MILLIS = 2_000;
  private static final long LEAST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpClientAgent http;
  private final List<URI> urls;
  private final @Nullable String authorization;
  private final long timeoutMillis;
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicLong retries = new AtomicLong();

  /**
   * @param connections to each member. HTTP/1.1 answers one request of a connection after the
   *     other, pipelined or not, so as many calls are under way as there are connections
   */
  public GroupClient(Vertx vertx, ClientOptions options, int connections) {
    this.vertx = vertx;
    this.urls = options.urls();
    this.authorization = options.authorization();
    this.timeoutMillis = options.timeoutMillis();
    this.http =
        vertx.createHttpClient(
            options.http().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(connections));
  }

  /** How many attempts were made beyond the first of each call. */
  public long retries() {
    return retries.get();
  }

  public List<URI> urls() {
    return urls;
  }

  /**
   * Repeats a call until a member answers it. An answer of a gateway, or of a member that is busy,
   * finds no quorum or has failed, does not count.
   *
   * @return fails with a {@link CommandFailure} if no member gave an answer in time
   */
  public Future<HttpAnswer> call(HttpCall call) {
    Attempts attempts = new Attempts(call);
    attempts.next();
    return attempts.promise.future();
  }

  /**
   * Makes one attempt at one member. The future fails with {@link Unsent} if the request was not
   * sent.
   *
   * @param millis time until the last byte of the answer, in milliseconds
   */
  public Future<HttpAnswer> ask(URI url, HttpCall call, long millis) {
    return open(url, call, millis)
        .compose(
            request ->
                answer(request, call)
                    .timeout(millis, TimeUnit.MILLISECONDS)
                    .onFailure(failure -> request.reset()));
  }

  private static Future<HttpAnswer> answer(HttpClientRequest request, HttpCall call) {
    return (call.body() == null ? request.send() : request.send(call.body()))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            new HttpAnswer(
                                response.statusCode(), response.headers(), body, false)));
  }

  /**
   * Makes a call once, at that member.
   *
   * @return a future that fails with a {@link CommandFailure} if no answer arrived in time
   */
  public Future<HttpAnswer> once(URI url, HttpCall call) {
    return ask(url, call, timeoutMillis)
        .recover(
            failure ->
                Future.failedFuture(
                    new CommandFailure(
                        failure instanceof Unsent ? ExitCode.UNAVAILABLE : ExitCode.OUTCOME_UNKNOWN,
                        url + ": no answer: " + failure.getMessage())))
        .map(
            answer -> {
              if (answer.isOfMember() || answer.isRefusedUnhandled()) {
                return answer;
              }
              throw new CommandFailure(
                  ExitCode.OUTCOME_UNKNOWN,
                  url + ": the answer is not of a member of Synod: " + answer.problem());
            });
  }

  /**
   * Sends a request whose response has no end, to the URL that calls go to now.
   *
   * @param silenceMillis time without a byte after which the request or its response fails
   */
  public Future<HttpClientResponse> stream(HttpCall call, long silenceMillis) {
    return open(urls.get(current.get()), call, silenceMillis).compose(HttpClientRequest::send);
  }

  /** Moves on to the next member, unless another call has already done so. */
  public void moveOn() {
    moveOnFrom(current.get());
  }

  private void moveOnFrom(int failed) {
    current.compareAndSet(failed, (failed + 1) % urls.size());
  }

  private Future<HttpClientRequest> open(URI url, HttpCall call, long millis) {
    boolean tls = "https".equals(url.getScheme());
    RequestOptions options =
        new RequestOptions()
            .setMethod(call.method())
            .setSsl(tls)
            .setHost(url.getHost())
            .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
            .setURI(url.getRawPath() + call.path());
    options.setIdleTimeout(millis);
    call.headers().forEach(options::addHeader);
    // A URL that an answer names may belong to a foreign server.
    if (authorization != null && urls.contains(url)) {
      options.addHeader("Authorization", authorization);
    }
    return http.request(options).recover(failure -> Future.failedFuture(new Unsent(failure)));
  }

  /** A request that did not leave this machine: nothing happened. */
  static final class Unsent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsent(Throwable cause) {
      super(cause.getMessage(), cause, false, false);
    }
  }

  /** The attempts of one call. On one context. */
  private final class Attempts {
    private final HttpCall call;
    private final Promise<HttpAnswer> promise = Promise.promise();
    private final long start = System.nanoTime();
    private int count;
    private boolean inDoubt;

    Attempts(HttpCall call) {
      this.call = call;
    }

    private boolean writes() {
      return !call.method().equals(HttpMethod.GET);
    }

    private long left() {
      return timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    void next() {
      int at = current.get();
      count++;
      ask(urls.get(at), call, Math.max(1, Math.min(ATTEMPT_MILLIS, left())))
          .onComplete(
              done -> {
                if (done.failed()) {
                  inDoubt |= writes() && !(done.cause() instanceof Unsent);
                  moveOnFrom(at);
                  again(urls.get(at) + ": " + done.cause().getMessage());
                  return;
                }
                HttpAnswer httpAnswer = done.result();
                if (!httpAnswer.isOfMember() && !httpAnswer.isRefusedUnhandled()) {
                  inDoubt |= writes();
                  moveOnFrom(at);
                  again(urls.get(at) + ": no member's answer: " + httpAnswer.problem());
                  return;
                }
                switch (httpAnswer.status()) {
                  case 429 -> again(httpAnswer.problem());
                  case 503 -> {
                    moveOnFrom(at);
                    again(httpAnswer.problem());
                  }
                  case 500 -> {
                    inDoubt |= writes();
                    moveOnFrom(at);
                    again(httpAnswer.problem());
                  }
                  case 504 -> {
                    inDoubt |= writes();
                    again(httpAnswer.problem());
                  }
                  default ->
                      promise.complete(
                          new HttpAnswer(
                              httpAnswer.status(),
                              httpAnswer.headers(),
                              httpAnswer.body(),
                              inDoubt));
                }
              });
    }

    private void again(String reason) {
      // The first time at once, then less and less often: the others must not be stormed either.
      int rounds = Math.min(10, (count - 1) / urls.size());
      long most = Math.min(LONGEST_PAUSE_MILLIS, LEAST_PAUSE_MILLIS << rounds);
      long pause = 1 + ThreadLocalRandom.current().nextLong(most);
      if (left() <= pause) {
        promise.fail(timedOut(reason));
        return;
      }
      retries.incrementAndGet();
      vertx.setTimer(pause, timer -> next());
    }

    private CommandFailure timedOut(String reason) {
      String seconds = timeoutMillis / 1000.0 + " s";
      return inDoubt
          ? new CommandFailure(
              ExitCode.OUTCOME_UNKNOWN,
              String.format(
                  Locale.ROOT,
                  "whether it was done is not known after %s: it may be, now or later, or never. %s",
                  seconds,
                  reason))
          : new CommandFailure(
              ExitCode.UNAVAILABLE,
              String.format(
                  Locale.ROOT,
                  "no member could do it within %s, and nothing was done. %s",
                  seconds,
                  reason));
    }
  }
}
