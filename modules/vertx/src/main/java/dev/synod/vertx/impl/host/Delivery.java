package dev.synod.vertx.impl.host;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the ends of requests to the contexts of their callers, in a pass of their own.
 *
 * <p>A caller on the event loop of the member may call again in its callback, and so on without
 * end. Netty runs the tasks of a loop until no task is left, for up to a second, before it looks at
 * messages and timers again. A scheduled task, also one without a delay, runs only after that look,
 * so that no chain of calls keeps the member from its messages and its clock. One scheduled task
 * delivers all ends that one pass of the loop has brought. There is one instance for each event
 * loop, used on its thread only.
 */
public final class Delivery implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private record End(ContextInternal caller, Runnable task) {}

  private static final FastThreadLocal<Delivery> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected Delivery initialValue() {
          return new Delivery();
        }
      };

  private final ArrayDeque<End> ends = new ArrayDeque<>();
  private boolean scheduled;

  private Delivery() {}

  /** Runs the task on the caller's context. Callable on any thread. */
  public static void deliver(ContextInternal caller, Runnable task) {
    EventLoop loop = caller.nettyEventLoop();
    if (loop.inEventLoop()) {
      Delivery delivery = OF_LOOP.get();
      delivery.ends.add(new End(caller, task));
      delivery.schedule(loop);
    } else {
      caller.runOnContext(turn -> task.run());
    }
  }

  private void schedule(EventLoop loop) {
    if (!scheduled) {
      scheduled = true;
      @SuppressWarnings("unused") // the tasks handle their own failures
      Object task = loop.schedule(this, 0, TimeUnit.NANOSECONDS);
    }
  }

  /** Delivers the ends that are present; callbacks bring further ends, which have a later pass. */
  @Override
  public void run() {
    scheduled = false;
    for (int present = ends.size(); present > 0; present--) {
      End end = ends.remove();
      try {
        end.caller().emit(end.task(), Runnable::run);
      } catch (RuntimeException
          | Error thrown) { // by the exception handler of the caller's context
        LOG.error("the exception handler of a caller's context failed", thrown);
      }
    }
  }
}
