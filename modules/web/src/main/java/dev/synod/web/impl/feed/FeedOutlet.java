package dev.synod.web.impl.feed;

import dev.synod.web.impl.http.Problem;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The connection to which watchers send frames: a socket of the feed or a stream of server-sent
 * events. Its budget limits the bytes that were sent and not acknowledged. Bytes that are not yet
 * written to the network count as well, so that acknowledging unread frames gains nothing.
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
   * Creates an outlet.
   *
   * @param acknowledges whether the reader acknowledges frames; otherwise written frames count as
   *     acknowledged
   */
  FeedOutlet(long budget, boolean acknowledges, Meter meter) {
    this.budget = budget;
    this.acknowledges = acknowledges;
    this.meter = meter;
  }

  /**
   * Writes a frame.
   *
   * @return a future that succeeds when the frame is handed to the network
   */
  abstract Future<Void> write(FeedFrame feedFrame);

  /**
   * Confirms a subscription: the watcher now receives changes from its slot on, or a snapshot with
   * its reason.
   */
  abstract void ok(Watcher watcher, String mode, @Nullable String reason, long index);

  /** Refuses or ends a subscription. */
  abstract void no(Watcher watcher, Problem problem, String message);

  /**
   * Ends the connection, because its budget is used up and a subscription has the policy
   * disconnect.
   */
  abstract void tooSlow();

  /** Ends the connection in an orderly way, because the node closes. */
  abstract void end();

  /** Checks the permissions of the caller again, after a possible change. */
  abstract void askAgain();

  /** Reports that the budget may have room for watchers that are behind. */
  abstract void freed();

  /**
   * Tells whether the budget has room for that many bytes. An empty budget has room for any frame,
   * so that a large frame is not blocked forever.
   */
  boolean fits(long bytes) {
    return used() == 0 || used() + bytes <= budget;
  }

  /** Tells whether the budget has room for a worthwhile portion of missed changes. */
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

  /** Counts bytes until they are written. */
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

  /** Returns the number of bytes that are not written yet. */
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

  /** Releases the budget, because the connection has ended. */
  final void gone() {
    gone = true;
    meter.held.add(-counted);
    counted = 0;
  }
}
