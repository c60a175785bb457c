package dev.synod.app.node;

import ch.qos.logback.classic.Level;
import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes of this process, until it is told to end. */
public final class RunningNodes {
  /** Longer than handing over leadership and leaving the cluster take together. */
  private static final long CLOSE_SECONDS = 15;

  private RunningNodes() {}

  /**
   * Returns when every node was told to stop or has left its group, and is closed; a signal ends
   * the process before that, upon which the nodes are closed.
   *
   * @throws CommandFailure what a node said that cannot go on
   */
  public static void untilStopped(List<Node> nodes) throws InterruptedException {
    Thread hook = new Thread(() -> close(nodes), "synod-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    CompletableFuture<Void> failed = new CompletableFuture<>();
    List<CompletableFuture<Void>> stopped = new ArrayList<>();
    for (Node node : nodes) {
      node.ended().exceptionally(why -> fail(failed, why));
      stopped.add(
          node.ended().thenCompose(over -> node.close().toCompletionStage().toCompletableFuture()));
    }
    try {
      CompletableFuture.anyOf(
              failed, CompletableFuture.allOf(stopped.toArray(CompletableFuture<?>[]::new)))
          .get();
    } catch (ExecutionException why) {
      throw CommandErrors.of(why);
    }
  }

  private static @Nullable Void fail(CompletableFuture<Void> failed, Throwable why) {
    failed.completeExceptionally(why);
    return null;
  }

  private static void close(List<Node> nodes) {
    // That nodes leave which were told to is no news.
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger all) {
      all.getLoggerContext().getLogger("com.hazelcast").setLevel(Level.ERROR);
    }
    try {
      Future.join(nodes.stream().map(Node::close).toList())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException anyhow) {
      // The process ends now. What was acknowledged is in the log, closed or not.
      System.err.println("synod: not closed in order: " + anyhow);
    }
  }
}
