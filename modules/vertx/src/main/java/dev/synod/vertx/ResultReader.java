package dev.synod.vertx;

/**
 * Decodes the bytes of a command's result, or of a query's answer, into the value of the caller's
 * future.
 */
@FunctionalInterface
public interface ResultReader<R> {
  /**
   * Decodes one result. Runs on the caller's context; an exception that it throws fails the
   * caller's future.
   *
   * @param slot slot of the command, or the last slot that was applied when the query was answered
   * @param result bytes that the state machine returned; the reader must not write to them
   */
  R read(long slot, byte[] result);
}
