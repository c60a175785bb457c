package dev.synod.bench;

import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * A load: keeps so many operations under way on one context, each followed at once by another when
 * it ends, and notes how long each took.
 *
 * <p>Operations begin and end on the context itself. There is no thread beside it that would have
 * to be woken for each, and nothing is allocated for one: what is measured is the operation. {@link
 * #take} and {@link #interval} are for one other thread.
 */
final class ClosedLoop {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What is measured. */
  @FunctionalInterface
  interface Operation {
    /**
     * Begins one; called on the context.
     *
     * @param number counts them from 0
     * @param ticket to be ended on the context, within this call or later
     */
    void begin(long number, Ticket ticket);
  }

  private final Context context;
  private final Operation operation;
  private final ArrayDeque<Ticket> free;
  private final SingleWriterRecorder recorder = new SingleWriterRecorder(LONGEST_NANOS, 3);
  private final Handler<Void> nextTurn = ignored -> beginFree();
  private final AtomicLong ended = new AtomicLong();
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private @Nullable Histogram interval;
  private long begun;
  private boolean beginning;
  private long taken;

  ClosedLoop(Context context, int outstanding, Operation operation) {
    this.context = context;
    this.operation = operation;
    this.free = new ArrayDeque<>(outstanding);
    for (int i = 0; i < outstanding; i++) {
      free.add(new Ticket());
    }
  }

  /** One of the operations under way. */
  final class Ticket implements Completable<Object> {
    private long begunAt;

    /** The operation has ended well. */
    void end() {
      recorder.recordValue(Math.min(System.nanoTime() - begunAt, LONGEST_NANOS));
      ended.lazySet(ended.getPlain() + 1);
      free.add(this);
      beginFree();
    }

    @Override
    public void complete(@Nullable Object result, @Nullable Throwable cause) {
      if (cause == null) {
        end();
      } else {
        failure = cause;
      }
    }
  }

  /** Begins all of them. */
  void start() {
    context.runOnContext(nextTurn);
  }

  private void beginFree() {
    if (beginning) {
      return; // an operation that ends within its own beginning must not deepen the stack
    }
    beginning = true;
    try {
      // Those that end within this loop wait for the next turn: it would never end otherwise.
      for (int now = free.size(); now > 0 && !stopping; now--) {
        Ticket next = free.remove();
        next.begunAt = System.nanoTime();
        operation.begin(begun++, next);
      }
    } catch (RuntimeException | Error wrong) {
      failure = wrong;
    } finally {
      beginning = false;
    }
    if (!free.isEmpty() && !stopping) {
      context.runOnContext(nextTurn);
    }
  }

  /** No further operation begins. */
  void stop() {
    stopping = true;
  }

  /** Forgets what has ended so far: an interval begins. */
  void mark() {
    taken = ended.get();
    interval = recorder.getIntervalHistogram(interval);
  }

  /**
   * Waits until so many more have ended than were taken before. Looks now and then instead of being
   * woken, which would take processor time from what is measured.
   */
  void take(int count) {
    long enough = taken + count;
    while (ended.get() < enough) {
      Throwable cause = failure;
      if (cause != null) {
        throw new IllegalStateException("an operation of the load failed: " + cause, cause);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    taken = enough;
  }

  /** How long those took that ended since the last call or mark, in nanoseconds. */
  Histogram interval() {
    interval = recorder.getIntervalHistogram(interval);
    return interval;
  }

  /** How many have ended since the start. */
  long ended() {
    return ended.get();
  }
}
