package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.impl.host.MemberHost;
import io.vertx.core.internal.ContextInternal;

/** A submitted command, which ends when the member's own replica has applied it. */
public final class SubmitCall<R> extends Call<R> {
  public SubmitCall(
      MemberHost host,
      ContextInternal caller,
      byte[] command,
      ResultReader<R> reader,
      OutcomeErrors outcomeErrors) {
    super(host, caller, command, reader, outcomeErrors);
  }

  @Override
  void begin() {
    host.submit(payload, this);
  }

  @Override
  public void accept(Outcome outcome) {
    if (outcome instanceof Outcome.Applied applied) {
      end(applied.slot(), applied.result());
    } else {
      fail(outcome);
    }
  }
}
