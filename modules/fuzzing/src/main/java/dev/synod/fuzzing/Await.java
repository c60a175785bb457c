package dev.synod.fuzzing;

import io.vertx.core.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for Vert.x futures on the thread of a test. */
public final class Await {
  private static final int LIMIT_SECONDS = 60;

  private Await() {}

  /**
   * The result of the future; a failure is thrown as it is.
   *
   * @throws AssertionError if the future does not complete within a minute
   */
  public static <T> T await(Future<T> future) {
    try {
      return future.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(
          String.format(Locale.ROOT, "no result in %d s", LIMIT_SECONDS), late);
    }
  }
}
