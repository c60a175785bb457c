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
 * slices, therefore continue by this class. One scheduled task runs all tasks that one pass of the
 * loop has brought. There is one instance for each event loop, used on its thread only.
 */
public final class NextPass implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(NextPass.class);

  private record Task(ContextInternal context, Runnable action) {}

  private static final FastThreadLocal<NextPass> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected NextPass initialValue() {
          return new NextPass();
        }
      };

  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private boolean scheduled;

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
    if (!scheduled) {
      scheduled = true;
      @SuppressWarnings("unused") // the tasks handle their own failures
      Object task = loop.schedule(this, 0, TimeUnit.NANOSECONDS);
    }
  }

  /** Runs the tasks that are present; they bring further tasks, which have a later pass. */
  @Override
  public void run() {
    scheduled = false;
    for (int present = tasks.size(); present > 0; present--) {
      Task task = tasks.remove();
      try {
        task.context().emit(task.action(), Runnable::run);
      } catch (RuntimeException | Error thrown) { // by the exception handler of the context
        LOG.error("the exception handler of a context failed", thrown);
      }
    }
  }
}
