package dev.synod.vertx;

/** Makes of a command's result what its submitter waits for. */
@FunctionalInterface
public interface ResultReader<R> {
  /**
   * Called on the submitter's context; what it throws, the submitter's Future fails with.
   *
   * @param slot where the command stands in the log
   * @param result what the state machine returned; not to be written to
   */
  R read(long slot, byte[] result);
}
