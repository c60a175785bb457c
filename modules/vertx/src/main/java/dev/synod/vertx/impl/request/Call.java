package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.impl.host.MemberHost;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request of a caller to a state machine, on its way from the caller's context to the member's
 * context and back. Each command and each query needs only this one object.
 */
public abstract class Call<R> implements Runnable, Consumer<Outcome> {
  final MemberHost host;

  /** Bytes for the state machine, after its address. */
  final byte[] payload;

  private final ContextInternal caller;
  private final ResultReader<R> reader;
  private final OutcomeErrors outcomeErrors;
  private final Promise<R> promise;
  private long slot;
  private byte @Nullable [] result;

  Call(
      MemberHost host,
      ContextInternal caller,
      byte[] payload,
      ResultReader<R> reader,
      OutcomeErrors outcomeErrors) {
    this.host = host;
    this.caller = caller;
    this.payload = payload;
    this.reader = reader;
    this.outcomeErrors = outcomeErrors;
    this.promise = caller.promise();
  }

  public final Future<R> future() {
    return promise.future();
  }

  /**
   * Starts the request on the member's context; the member reports the outcome to {@link #accept}.
   */
  abstract void begin();

  /**
   * Tells whether the request would end before {@link #begin} returns. Such a request runs in its
   * own event-loop turn, so that a caller that reads again from its handler does not overflow the
   * stack.
   */
  public boolean endsAtOnce() {
    return false;
  }

  /** Starts the request on the member's context. */
  @Override
  public final void run() {
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else {
      begin();
    }
  }

  /** Ends the request with the result of the state machine; called on the member's context. */
  final void end(long slot, byte[] result) {
    this.slot = slot;
    this.result = result;
    caller.emit(this, Call::read);
  }

  /** Ends the request without a result; called on the member's context. */
  final void fail(Outcome outcome) {
    promise.fail(outcomeErrors.of(outcome));
  }

  /** Ends the request with an exception of the state machine; called on the member's context. */
  final void fail(RuntimeException wrong) {
    promise.fail(wrong);
  }

  /** Completes the caller's future on the caller's context. */
  private void read() {
    byte[] returned = result;
    if (returned == null) {
      throw new IllegalStateException("the reader returned null");
    }
    R read;
    try {
      read = reader.read(slot, returned);
    } catch (RuntimeException wrong) {
      promise.fail(wrong);
      return;
    }
    promise.complete(read);
  }
}
