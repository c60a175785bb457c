package dev.synod.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(30)
class NextPassTest {
  /**
   * Netty looks at timers once a second beside a chain of tasks, which is too late for this many.
   */
  private static final int TIMERS = 30;

  /** A chain of tasks, each of which brings as many as ended, until a flag is set. */
  private static final class Chain implements Runnable {
    private final Context context;
    private final AtomicInteger passed;
    private final CompletableFuture<?> end;

    Chain(Context context, AtomicInteger passed, CompletableFuture<?> end) {
      this.context = context;
      this.passed = passed;
      this.end = end;
    }

    @Override
    public void run() {
      passed.incrementAndGet();
      if (!end.isDone()) {
        NextPass.run(context, this);
      }
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static void fire(Vertx vertx, int timers, CompletableFuture<?> fired) {
    if (timers == 0) {
      fired.complete(null);
    } else {
      vertx.setTimer(1, timer -> fire(vertx, timers - 1, fired));
    }
  }

  @Test
  void aChainOfTasksLetsTimersOfTheLoopFire(Vertx vertx) throws Exception {
    for (int width : new int[] {1, 64, 10_000}) {
      Context context = vertx.getOrCreateContext();
      CompletableFuture<Void> fired = new CompletableFuture<>();
      AtomicInteger passed = new AtomicInteger();
      context.runOnContext(
          start -> {
            fire(vertx, TIMERS, fired);
            for (int i = 0; i < width; i++) {
              NextPass.run(context, new Chain(context, passed, fired));
            }
          });
      await(fired);
      assertTrue(passed.get() > width, "the chain ran beside the timer");
    }
  }

  @Test
  void aChainOfTasksLetsTasksOfTheLoopRunBetweenPasses(Vertx vertx) throws Exception {
    Context context = vertx.getOrCreateContext();
    List<String> ran = new ArrayList<>();
    CompletableFuture<List<String>> done = new CompletableFuture<>();
    context.runOnContext(
        start -> {
          NextPass.run(
              context,
              () -> {
                ran.add("first");
                NextPass.run(
                    context,
                    () -> {
                      ran.add("third");
                      done.complete(ran);
                    });
                context.runOnContext(task -> ran.add("task"));
              });
          NextPass.run(context, () -> ran.add("second"));
        });
    List<String> order = await(done);
    assertEquals(List.of("first", "second"), order.subList(0, 2));
    assertTrue(order.indexOf("third") > 1);
  }

  @Test
  void eachTaskRunsOnItsContextAndAnExceptionGoesToThatContextOnly(Vertx vertx) throws Exception {
    ContextInternal first = ((VertxInternal) vertx).getOrCreateContext();
    ContextInternal second = first.duplicate();
    List<String> seen = new ArrayList<>();
    CompletableFuture<List<String>> done = new CompletableFuture<>();
    first.exceptionHandler(thrown -> seen.add("caught " + thrown.getMessage()));
    Runnable throwing =
        () -> {
          seen.add(Vertx.currentContext() == first ? "first" : "other");
          throw new IllegalStateException("on purpose");
        };
    first.runOnContext(
        start -> {
          NextPass.run(first, throwing);
          NextPass.run(first, () -> seen.add(Vertx.currentContext() == first ? "first" : "other"));
          NextPass.run(
              second, () -> seen.add(Vertx.currentContext() == second ? "second" : "other"));
          NextPass.run(
              first,
              () -> {
                seen.add(Vertx.currentContext() == first ? "first" : "other");
                done.complete(seen);
              });
        });
    assertEquals(List.of("first", "caught on purpose", "first", "second", "first"), await(done));
  }

  @Test
  void anExceptionHandlerThatThrowsKeepsNoTaskFromRunning(Vertx vertx) throws Exception {
    Context context = vertx.getOrCreateContext();
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.exceptionHandler(
        thrown -> {
          throw new IllegalStateException("the handler fails as well");
        });
    context.runOnContext(
        start -> {
          NextPass.run(
              context,
              () -> {
                throw new StackOverflowError("on purpose");
              });
          NextPass.run(context, () -> done.complete(null));
        });
    await(done);
  }
}
