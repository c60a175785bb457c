package dev.synod.vertx;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * Runs a task on a context in a pass of its own: after the event loop has looked at messages and
 * timers.
 *
 * <p>Netty runs the tasks of a loop until no task is left, for up to a second, before it looks at
 * messages and timers again. A chain of tasks, each of which submits the next, would keep a member
 * on that loop from its messages and its clock. A scheduled task, also one without a delay, runs
 * only after that look. Callers that call again in their callback and work that is cut into slices
 * therefore continue by this class.
 */
public final class NextPass {
  private NextPass() {}

  /** Runs the task on the context. May be called from any thread. */
  public static void run(Context context, Runnable task) {
    ContextInternal there = (ContextInternal) context;
    EventLoop loop = there.nettyEventLoop();
    if (loop.inEventLoop()) {
      @SuppressWarnings("unused") // the task handles its own failures
      Object scheduled =
          loop.schedule(() -> there.emit(task, Runnable::run), 0, TimeUnit.NANOSECONDS);
    } else {
      there.runOnContext(turn -> task.run());
    }
  }
}
