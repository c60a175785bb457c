package dev.synod.vertx.impl;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which store speaks under each member's name. A second one is another member, whatever it calls
 * itself: it has not promised what the first one promised. Used on the member's context only.
 */
final class Peers {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Map<String, Long> stores = new HashMap<>();
  private long refused;
  private long logAgainAt = System.nanoTime();

  /**
   * Whether this is the store that was heard first under that name.
   *
   * @param kept whether it is kept for the next time: a client has a new name with every start
   */
  boolean isKnown(Origin origin, boolean kept) {
    Long store =
        kept ? stores.putIfAbsent(origin.member(), origin.store()) : stores.get(origin.member());
    if (store == null || store == origin.store()) {
      return true;
    }
    refused++;
    if (isLogged()) {
      LOG.error(
          "Refused: a second store speaks under the name {}. Two processes run under that name, or"
              + " its data directory was lost or exchanged. Stop the newer one; a member whose"
              + " directory is lost is replaced by a new one under a new name. {} refused so far",
          origin.member(),
          refused);
    }
    return false;
  }

  /** A message of a member that has left, or that is not known, was not listened to. */
  void refused(String from) {
    refused++;
    if (isLogged()) {
      LOG.warn(
          "Refused a message of {}, which is not in the group. {} refused so far", from, refused);
    }
  }

  private boolean isLogged() {
    long now = System.nanoTime();
    if (now - logAgainAt < 0) {
      return false;
    }
    logAgainAt = now + LOG_NANOS;
    return true;
  }
}
