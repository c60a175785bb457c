package dev.synod.vertx.impl;

import dev.synod.core.Outcome;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way from its caller's context to the member's, and its outcome on the way back.
 * One object for all of it: there is one for every command.
 */
final class Submission<R> implements Runnable, Consumer<Outcome> {
  private final MemberHost host;
  private final ContextInternal caller;
  private final byte[] command;
  private final ResultReader<R> reader;
  private final Function<Outcome, SynodException> failure;
  private final Promise<R> promise;
  private Outcome.@Nullable Applied applied;

  /**
   * @param failure tells what an outcome without a result is to the caller
   */
  Submission(
      MemberHost host,
      ContextInternal caller,
      byte[] command,
      ResultReader<R> reader,
      Function<Outcome, SynodException> failure) {
    this.host = host;
    this.caller = caller;
    this.command = command;
    this.reader = reader;
    this.failure = failure;
    this.promise = caller.promise();
  }

  Future<R> future() {
    return promise.future();
  }

  /** On the member's context: gives the command to the member. */
  @Override
  public void run() {
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else {
      host.submit(command, this);
    }
  }

  /** On the member's context: how it ended. */
  @Override
  public void accept(Outcome outcome) {
    if (outcome instanceof Outcome.Applied done) {
      applied = done;
      caller.emit(this, Submission::read);
    } else {
      promise.fail(failure.apply(outcome));
    }
  }

  /** On the caller's context. */
  private void read() {
    Outcome.Applied done = applied;
    if (done == null) {
      throw new IllegalStateException("nothing was applied");
    }
    R result;
    try {
      result = reader.read(done.slot(), done.result());
    } catch (RuntimeException wrong) {
      promise.fail(wrong);
      return;
    }
    promise.complete(result);
  }
}
