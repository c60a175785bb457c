package dev.synod.data;

/** Ends what a listener was told; closing it again does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  /** From now on the listener hears nothing. */
  @Override
  void close();
}
