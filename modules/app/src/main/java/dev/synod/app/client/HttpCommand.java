package dev.synod.app.client;

import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** A command that asks members, and ends with their answer. */
public final class HttpCommand {
  private HttpCommand() {}

  /** Runs it with a client, waits for what it returns, and closes the client. */
  public static <T> T with(
      ClientOptions options, int connections, Function<GroupClient, Future<T>> asking)
      throws InterruptedException {
    Vertx vertx = vertx();
    try {
      return await(asking.apply(new GroupClient(vertx, options, connections)));
    } finally {
      await(vertx.close());
    }
  }

  /** Small: it does nothing but wait for the network. */
  public static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1));
  }

  /** What a future results in; its failure as a {@link CommandFailure}. */
  public static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException failed) {
      throw CommandErrors.of(failed);
    }
  }
}
