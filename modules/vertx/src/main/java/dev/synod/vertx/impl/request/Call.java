package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.vertx.NextPass;
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
 *
 * <p>The end of a call is a task of its own on the caller's context, also where that is the
 * member's: what a caller asks for in its callback is handled in a later pass, so that a caller
 * which calls again at once keeps the member neither from its messages nor from its clock.
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

  /** Starts the request on the member's context. */
  @Override
  public final void run() {
    String stopped = host.stopped();
    if (stopped != null) {
      fail(new SynodException.Closed(stopped));
    } else {
      begin();
    }
  }

  /** Ends the request with the result of the state machine; called on the member's context. */
  final void end(long slot, byte[] result) {
    this.slot = slot;
    this.result = result;
    NextPass.run(caller, this::read);
  }

  /** Ends the request without a result; called on the member's context. */
  final void fail(Outcome outcome) {
    fail(outcomeErrors.of(outcome));
  }

  /** Ends the request with an exception of the state machine; called on the member's context. */
  final void fail(RuntimeException wrong) {
    NextPass.run(caller, () -> promise.fail(wrong));
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
