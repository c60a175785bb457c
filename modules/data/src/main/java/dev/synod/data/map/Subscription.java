package dev.synod.data.map;

/** A listener's subscription. Closing it twice has no further effect. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  /** Ends the subscription; the listener is not called any more. */
  @Override
  void close();
}
