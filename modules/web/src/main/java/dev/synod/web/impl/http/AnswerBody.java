package dev.synod.web.impl.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes the body of an answer in pieces, so that each piece that the reader takes shows that the
 * reader is alive: the server closes a connection to which nothing could be written for the write
 * timeout, and a large body in one piece is written only when all of it is.
 */
final class AnswerBody {
  private static final int PIECE = 64 << 10;

  private final HttpServerResponse response;
  private final Buffer body;
  private final Promise<Void> written = Promise.promise();
  private int from;

  AnswerBody(HttpServerResponse response, Buffer body) {
    this.response = response;
    this.body = body;
  }

  /** Writes the body and ends the response. */
  Future<Void> write() {
    writeOn();
    return written.future();
  }

  private void writeOn() {
    while (body.length() - from > PIECE) {
      Future<Void> taken = response.write(body.slice(from, from + PIECE));
      from += PIECE;
      if (!taken.isComplete()) {
        taken.onSuccess(done -> writeOn()).onFailure(written::fail);
        return;
      } else if (taken.failed()) {
        written.fail(taken.cause());
        return;
      }
    }
    response.end(from == 0 ? body : body.slice(from, body.length())).onComplete(written);
  }
}
