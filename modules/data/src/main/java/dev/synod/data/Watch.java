package dev.synod.data;

import io.vertx.core.Future;

/**
 * A running watch of a map or of some of its keys. Undeploying the verticle that started a watch
 * ends it.
 */
public interface Watch {
  /**
   * Returns the slot of the last delivered event. A new watch of the same keys from this slot, at
   * the same or at another member, continues without losing a change. May be called from any
   * thread.
   */
  long slot();

  /**
   * Ends the watch. If this method is called on the context of the watch, no event is delivered
   * after it returns; otherwise no event is delivered after its future completes.
   */
  Future<Void> close();

  /**
   * Returns a future that succeeds when the watch is closed. It fails with a {@link
   * io.vertx.core.json.DecodeException} if the codec cannot decode a value, and with {@link
   * dev.synod.vertx.SynodException.Closed} if the member was closed.
   */
  Future<Void> ended();
}
