package dev.synod.data.value;

import dev.synod.core.ReadLevel;
import dev.synod.data.coordination.ClaimListener;
import dev.synod.data.coordination.CoordinationCodec;
import dev.synod.data.coordination.CoordinationMachine;
import dev.synod.data.coordination.Name;
import dev.synod.data.map.Subscription;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.ByteBuffer;

/**
 * A latch that is replicated on every learner of a group: waiting callers go on when its count
 * reaches 0. The count is 0 from the beginning, and again after it was counted down.
 *
 * <p>Threading: every method may be called from any thread; futures complete on the caller's
 * context. A failed request fails its future with a {@link dev.synod.vertx.SynodException}. Objects
 * with the same name denote the same latch; an object holds no resources.
 */
public final class Latch {
  private final Synod synod;
  private final String name;
  private final byte[] utf8;

  private Latch(Synod synod, String name) {
    this.synod = synod;
    this.name = name;
    this.utf8 = Name.utf8("latch", name);
  }

  /**
   * Returns the latch of that name.
   *
   * @param synod member or client of the group
   * @param name name of the latch, 1 to 128 characters
   * @throws IllegalArgumentException if the name is invalid
   */
  public static Latch of(Synod synod, String name) {
    return new Latch(synod, name);
  }

  /** Returns the name of the latch. */
  public String name() {
    return name;
  }

  /**
   * Sets the count if it is 0.
   *
   * @param count count, at least 1; the future fails with an {@link IllegalArgumentException} for
   *     another one
   * @return a future that tells whether the count was set
   */
  public Future<Boolean> trySetCount(long count) {
    if (count < 1) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "the count of latch '" + name + "' is " + count + ", but must be at least 1"));
    }
    return synod.submit(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.SET_COUNT, utf8, count),
        (slot, result) -> result[0] == 1);
  }

  /** Counts down by one, exactly once, and returns the new count. A count of 0 stays 0. */
  public Future<Long> countDown() {
    return synod.submit(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.COUNT_DOWN, utf8),
        (slot, result) -> ByteBuffer.wrap(result).getLong());
  }

  /** Returns the count at the given read level. */
  public Future<Long> count(ReadLevel level) {
    return synod.query(
        CoordinationMachine.NAME,
        CoordinationCodec.of(CoordinationCodec.LATCH, utf8),
        level,
        (slot, answer) -> ByteBuffer.wrap(answer).getLong());
  }

  /**
   * Waits until the count is 0. No thread is blocked.
   *
   * @param timeout longest wait in milliseconds of this member's clock, at least 1
   * @return a future that tells whether the count has reached 0 in time; it fails if the member is
   *     closed
   */
  public Future<Boolean> await(long timeout) {
    if (timeout < 1) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "the wait for latch '" + name + "' is " + timeout + " ms, but must be at least 1"));
    }
    Vertx vertx = ((ContextInternal) synod.context()).owner();
    ContextInternal caller = ((ContextInternal) synod.context()).owner().getOrCreateContext();
    Promise<Boolean> opened = caller.promise();
    synod
        .context()
        .runOnContext(
            turn -> {
              Waiting waiting = new Waiting(opened);
              long timer = vertx.setTimer(timeout, fired -> waiting.timeout());
              opened.future().onComplete(done -> vertx.cancelTimer(timer));
              // The count at the time of the call counts, so the state must be as current.
              synod
                  .readable(ReadLevel.LINEARIZABLE)
                  .onSuccess(at -> waiting.begin())
                  .onFailure(waiting::fail);
            });
    return opened.future();
  }

  /** A waiting caller, on the member's context. */
  private final class Waiting implements ClaimListener {
    private final Promise<Boolean> opened;
    private Subscription subscription = () -> {};
    private boolean over;

    Waiting(Promise<Boolean> opened) {
      this.opened = opened;
    }

    void begin() {
      if (!over) {
        CoordinationMachine machine =
            synod.machine(CoordinationMachine.NAME, CoordinationMachine.class);
        subscription = machine.listen(this);
        restored();
      }
    }

    @Override
    public void opened(String latch) {
      if (latch.equals(name)) {
        end(true);
      }
    }

    @Override
    public void restored() {
      if (synod.machine(CoordinationMachine.NAME, CoordinationMachine.class).count(name) == 0) {
        end(true);
      }
    }

    void end(boolean open) {
      over = true;
      subscription.close();
      opened.tryComplete(open);
    }

    void timeout() {
      if (synod.ended().isComplete()) {
        fail(new SynodException.Closed("the member was closed"));
      } else {
        end(false);
      }
    }

    void fail(Throwable cause) {
      over = true;
      subscription.close();
      opened.tryFail(cause);
    }
  }
}
