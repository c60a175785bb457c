package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.impl.host.MemberHost;
import io.vertx.core.internal.ContextInternal;
import java.nio.ByteBuffer;

/** A query, which runs when the member's state is as current as the read level requires. */
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

  /**
   * Runs the query. An exception or an error of the state machine, such as a stack overflow, fails
   * the caller's future and does not stop the member, because a query changes nothing.
   */
  private void answer(long slot) {
    byte[] answer;
    try {
      answer = host.member().query(ByteBuffer.wrap(payload));
    } catch (RuntimeException wrong) {
      fail(wrong);
      return;
    } catch (Error wrong) {
      fail(new IllegalStateException("the query ended with " + wrong, wrong));
      return;
    }
    end(slot, answer);
  }
}
