package dev.synod.vertx;

/** Makes of a command's result, or the answer to a question, what its caller waits for. */
@FunctionalInterface
public interface ResultReader<R> {
  /**
   * Called on the caller's context; what it throws, the caller's Future fails with.
   *
   * @param slot where the command stands in the log, or which slot was the last one applied when
   *     the question was answered
   * @param result what the state machine returned; not to be written to
   */
  R read(long slot, byte[] result);
}
