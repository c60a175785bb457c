package dev.synod.bench.peers;

import dev.synod.bench.load.Operation.Ticket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Ends an operation when its future does. */
final class Endings {
  private Endings() {}

  /** Where the future ends, on whatever thread of its system. */
  static void end(CompletionStage<?> future, Ticket ticket) {
    end(future, ticket, Runnable::run);
  }

  /** On that executor, for systems whose own threads must not begin the next. */
  static void end(CompletionStage<?> future, Ticket ticket, Executor on) {
    var unused =
        future.whenCompleteAsync(
            (result, cause) -> {
              if (cause == null) {
                ticket.end();
              } else {
                ticket.fail(cause);
              }
            },
            on);
  }
}
