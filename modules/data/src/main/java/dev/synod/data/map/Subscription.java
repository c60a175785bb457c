package dev.synod.data.map;

/** Ends what a listener was told; closing it again does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  /** From now on the listener hears nothing. */
  @Override
  void close();
}
