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
 * What a caller wants of a state machine, on its way from the caller's context to the member's, and
 * what comes of it on the way back. One object for all of it: there is one for every command and
 * every question.
 */
public abstract class Call<R> implements Runnable, Consumer<Outcome> {
  final MemberHost host;

  /** The bytes for the machine, behind its address. */
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

  /** On the member's context: asks the member, which says later to {@link #accept} how it ended. */
  abstract void begin();

  /**
   * Whether it would end before {@link #begin} returns: then it must have a turn of its own, or
   * whoever asks again as soon as he is answered would never come to the end of his stack.
   */
  public boolean endsAtOnce() {
    return false;
  }

  /** On the member's context. */
  @Override
  public final void run() {
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else {
      begin();
    }
  }

  /** On the member's context: this is what the machine returned. */
  final void end(long slot, byte[] result) {
    this.slot = slot;
    this.result = result;
    caller.emit(this, Call::read);
  }

  /** On the member's context: there is no result. */
  final void fail(Outcome outcome) {
    promise.fail(outcomeErrors.of(outcome));
  }

  /** On the member's context: the machine threw this. */
  final void fail(RuntimeException wrong) {
    promise.fail(wrong);
  }

  /** On the caller's context. */
  private void read() {
    byte[] returned = result;
    if (returned == null) {
      throw new IllegalStateException("nothing was returned");
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
