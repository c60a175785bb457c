package dev.synod.web.auth;

import io.vertx.core.Future;
import io.vertx.core.VertxException;

/**
 * Says who may use a node. The one that {@code WebOptions#getAuthentication} describes knows tokens
 * and passwords; an application may give its own: {@code SynodWeb#authority}. Safe on all threads.
 */
public interface Authority {
  /**
   * Lets somebody in, who has shown this with a request, or with the first frame of a page.
   *
   * @return fails with {@link Denied} if he is not let in
   */
  Future<Principal> admit(Credentials shown);

  /**
   * Calls back whenever what visitors may do can have changed: those who watch are asked for their
   * rights again at once.
   */
  void onChange(Runnable listener);

  /** Ends it, with the web that it is for. */
  default void close() {}

  /** Credentials are refused; the message says why, and is sent to the client. */
  class Denied extends VertxException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, true);
    }
  }

  /** Credentials are refused that were valid once: the client may come back with new ones. */
  final class Expired extends Denied {
    private static final long serialVersionUID = 1L;

    public Expired(String message) {
      super(message);
    }
  }
}
