package dev.synod.data;

import io.vertx.core.Future;

/** A watch that runs. It ends by itself when the verticle that began it is undeployed. */
public interface Watch {
  /**
   * The slot of the last event that was handed over; where to begin again ({@link
   * ReplicatedMap#watch}), on another member too, without losing a change. Any thread may ask.
   */
  long slot();

  /**
   * Ends it. No event is handed over after this was called on the context of the watch, or after
   * its Future completed, when it was called elsewhere.
   */
  Future<Void> close();

  /**
   * Completes when the watch ended; fails if it could not go on, for a value that the map's codec
   * cannot read, or with {@link dev.synod.vertx.SynodException.Closed} when the member was closed.
   */
  Future<Void> ended();
}
