package dev.synod.web.auth;

import io.vertx.core.Future;
import io.vertx.core.VertxException;

/**
 * Decides which callers may use a node. The built-in authority follows {@code
 * WebOptions#getAuthentication}; an application may pass its own implementation to {@code
 * SynodWeb#create}. Implementations must be thread-safe.
 */
public interface Authority {
  /**
   * Authenticates the sender of a request, or of the first frame on a socket.
   *
   * @return a future that fails with {@link Denied} if the credentials are not accepted
   */
  Future<Principal> admit(Credentials shown);

  /**
   * Registers a listener for possible changes of permissions. The listener makes every open
   * subscription check its permissions again immediately.
   */
  void onChange(Runnable listener);

  /** Releases the resources of this authority, when its web is closed. */
  default void close() {}

  /** Thrown if credentials are not accepted; the message is sent to the caller. */
  class Denied extends VertxException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, true);
    }
  }

  /** Thrown if credentials have expired; the client may send new credentials. */
  final class Expired extends Denied {
    private static final long serialVersionUID = 1L;

    public Expired(String message) {
      super(message);
    }
  }
}
