package dev.synod.vertx;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on a context in a pass of their own: after the event loop has looked at messages and
 * timers.
 *
 * <p>Netty runs the tasks of a loop until no task is left, for up to a second, before it looks at
 * messages and timers again. A chain of tasks, each of which submits the next, would keep a member
 * on that loop from its messages and its clock. A scheduled task, also one without a delay, runs
 * only after that look. Callers that call again in their callback, and work that is cut into
 * slices, therefore continue by this class. One task of the loop runs all tasks that one pass has
 * brought. A look costs system calls, about as much as twenty reads, so passes that follow one look
 * within {@value #LOOK_MICROS} microseconds share it. There is one instance for each event loop,
 * used on its thread only.
 */
public final class NextPass implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(NextPass.class);

  /** Time after a look in which further passes begin without another one, in microseconds. */
  private static final long LOOK_MICROS = 100;

  private record Task(ContextInternal context, Runnable action) {}

  private static final FastThreadLocal<NextPass> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected NextPass initialValue() {
          return new NextPass();
        }
      };

  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private final Runnable look = this::look;
  private boolean scheduled;

  /** When the loop last looked at messages and timers for this class, by the monotonic clock. */
  private long lookedAt = System.nanoTime() - TimeUnit.MICROSECONDS.toNanos(LOOK_MICROS);

  private NextPass() {}

  /** Runs the action on the context. May be called from any thread. */
  public static void run(Context context, Runnable action) {
    ContextInternal there = (ContextInternal) context;
    EventLoop loop = there.nettyEventLoop();
    if (loop.inEventLoop()) {
      NextPass next = OF_LOOP.get();
      next.tasks.add(new Task(there, action));
      next.schedule(loop);
    } else {
      there.runOnContext(turn -> action.run());
    }
  }

  private void schedule(EventLoop loop) {
    if (scheduled) {
      return;
    }
    scheduled = true;
    if (System.nanoTime() - lookedAt < TimeUnit.MICROSECONDS.toNanos(LOOK_MICROS)) {
      loop.execute(this);
    } else {
      @SuppressWarnings("unused") // the tasks handle their own failures
      Object task = loop.schedule(look, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    lookedAt = System.nanoTime();
    run();
  }

  /** Runs the tasks that are present; they bring further tasks, which have a later pass. */
  @Override
  public void run() {
    scheduled = false;
    int present = tasks.size();
    while (present > 0) {
      ContextInternal context = tasks.element().context();
      ContextInternal former = context.beginDispatch(); // once for all neighbors of one context
      try {
        do {
          run(context, tasks.remove().action());
          present--;
        } while (present > 0 && tasks.element().context() == context);
      } finally {
        context.endDispatch(former);
      }
    }
  }

  private static void run(ContextInternal context, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error thrown) {
      report(context, thrown);
    }
  }

  private static void report(ContextInternal context, Throwable thrown) {
    try {
      context.reportException(thrown);
    } catch (RuntimeException | Error again) {
      LOG.error("the exception handler of a context failed", again);
    }
  }
}
