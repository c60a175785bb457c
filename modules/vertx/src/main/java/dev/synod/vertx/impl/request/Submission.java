package dev.synod.vertx.impl.request;
import dev.synod.vertx.impl.host.MemberHost;

import dev.synod.core.Outcome;
import dev.synod.vertx.ResultReader;
import io.vertx.core.internal.ContextInternal;

/** A command, until the member's own replica has applied it. */
public final class Submission<R> extends Call<R> {
  public Submission(
      MemberHost host,
      ContextInternal caller,
      byte[] command,
      ResultReader<R> reader,
      Failures failures) {
    super(host, caller, command, reader, failures);
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
