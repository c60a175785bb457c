package dev.synod.vertx.impl.request;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * Delivers the end of a request to the context of its caller, in a pass of its own.
 *
 * <p>A caller on the event loop of the member may call again in its callback, and so on without
 * end. Netty runs the tasks of a loop until no task is left, for up to a second, before it looks at
 * messages and timers again. A scheduled task, also one without a delay, runs only after that look,
 * so that no chain of calls keeps the member from its messages and its clock.
 */
final class Delivery {
  private Delivery() {}

  /** Runs the task on the caller's context. Callable on any thread. */
  static void deliver(ContextInternal caller, Runnable task) {
    EventLoop loop = caller.nettyEventLoop();
    if (loop.inEventLoop()) {
      @SuppressWarnings("unused") // the task handles its own failures
      Object scheduled =
          loop.schedule(() -> caller.emit(task, Runnable::run), 0, TimeUnit.NANOSECONDS);
    } else {
      caller.runOnContext(turn -> task.run());
    }
  }
}
