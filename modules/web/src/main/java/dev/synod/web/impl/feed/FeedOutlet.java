package dev.synod.web.impl.feed;

import dev.synod.web.impl.http.Problem;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where watchers send their frames: a socket of the feed, or a stream of server-sent events. It has
 * a budget of bytes that were given to it and are not acknowledged; what is not even written out
 * counts too, so that a page which acknowledges what it did not read gains nothing.
 *
 * <p>Used on the event loop of its connection only.
 */
abstract class FeedOutlet {
  private final long budget;
  private final boolean acknowledges;
  final Meter meter;
  private long unacknowledged;
  private long unwritten;
  private long counted;
  private boolean gone;

  /**
   * An outlet.
   *
   * @param acknowledges its reader says what it has seen; else what is written out counts as seen
   */
  FeedOutlet(long budget, boolean acknowledges, Meter meter) {
    this.budget = budget;
    this.acknowledges = acknowledges;
    this.meter = meter;
  }

  /** Writes a frame; the future ends when it is handed to the network. */
  abstract Future<Void> write(FeedFrame feedFrame);

  /** The watcher now gets changes from where it was, or a snapshot, and why. */
  abstract void ok(Watcher watcher, String mode, @Nullable String reason, long index);

  /** The subscription ends, or does not begin. */
  abstract void no(Watcher watcher, Problem problem, String message);

  /** The budget is used up, and the subscription says: disconnect. */
  abstract void tooSlow();

  /** Ends the connection in good order: the node is being closed. */
  abstract void end();

  /** What its reader may do can have changed: it must still be allowed what it does. */
  abstract void askAgain();

  /** There may be room again for watchers that are behind. */
  abstract void freed();

  /** One frame always fits into an empty budget, however large: else it would never come. */
  boolean fits(long bytes) {
    return used() == 0 || used() + bytes <= budget;
  }

  /** Enough is free for catching up in worthwhile portions. */
  boolean roomy() {
    return used() <= budget / 2;
  }

  boolean acknowledges() {
    return acknowledges;
  }

  long room() {
    return Math.max(0, budget - used());
  }

  final void send(FeedFrame feedFrame) {
    if (acknowledges) {
      unacknowledged += feedFrame.bytes();
    }
    writing(feedFrame.bytes(), write(feedFrame));
  }

  /** Counts bytes until they are out. */
  final void writing(int bytes, Future<Void> written) {
    unwritten += bytes;
    count();
    written.onComplete(
        done -> {
          unwritten -= bytes;
          count();
          if (done.succeeded()) {
            freed();
          }
        });
  }

  final void acknowledged(long bytes) {
    unacknowledged -= bytes;
    count();
    if (bytes > 0) {
      freed();
    }
  }

  /** Bytes that were not even written out. */
  final long unwritten() {
    return unwritten;
  }

  private long used() {
    return Math.max(unacknowledged, unwritten);
  }

  private void count() {
    if (gone) {
      return;
    }
    meter.held.add(used() - counted);
    counted = used();
  }

  /** Its connection is gone, and with it whatever it held. */
  final void gone() {
    gone = true;
    meter.held.add(-counted);
    counted = 0;
  }
}
