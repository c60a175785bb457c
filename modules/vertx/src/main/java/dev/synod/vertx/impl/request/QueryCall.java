package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.impl.host.MemberHost;
import io.vertx.core.internal.ContextInternal;
import java.nio.ByteBuffer;

/** A question, until the member's state is as current as the level promises. */
public final class QueryCall<R> extends Call<R> {
  private final ReadLevel level;

  public QueryCall(
      MemberHost host,
      ContextInternal caller,
      byte[] question,
      ReadLevel level,
      ResultReader<R> reader,
      OutcomeErrors outcomeErrors) {
    super(host, caller, question, reader, outcomeErrors);
    this.level = level;
  }

  @Override
  void begin() {
    if (level.kind() == ReadLevel.Kind.LOCAL) {
      answer(host.member().replica().applied());
    } else {
      host.read(level, this);
    }
  }

  @Override
  public void accept(Outcome outcome) {
    if (outcome instanceof Outcome.ReadAt at) {
      answer(at.slot());
    } else {
      fail(outcome);
    }
  }

  /** A question that the machine throws on is the caller's fault, and does not stop the member. */
  private void answer(long slot) {
    byte[] answer;
    try {
      answer = host.member().query(ByteBuffer.wrap(payload));
    } catch (RuntimeException wrong) {
      fail(wrong);
      return;
    }
    end(slot, answer);
  }
}
