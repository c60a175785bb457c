package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.MapOption;
import dev.synod.app.client.WatchStream;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code synod watch}. */
@Command(
    name = "watch",
    description = {
      "Prints each change of a map, in the order of the log, until it is told to end.",
      "A line of JSON for each: {\"slot\":17,\"key\":\"k\",\"value\":\"v\",\"version\":9}; the"
          + " value is null when the key was removed.",
      "Without --from, and where the changes asked for are no longer kept, it begins with a line"
          + " {\"snapshot\":true,...} and one for each key that is there.",
      "When a member is lost it goes on at the next, and misses nothing."
    })
public final class WatchCommand implements Callable<Integer> {
  /**
   * Silence after which a node counts as lost; a node sends at least a comment every five seconds.
   */
  private static final long SILENCE_MILLIS = 12_000;

  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Option(
      names = "--from",
      paramLabel = "SLOT",
      description = "Prints what came after that slot; 0: since the beginning.")
  private @Nullable Long from;

  @Override
  public Integer call() throws Exception {
    if (from != null && from < 0) {
      throw new CommandFailure(ExitCode.USAGE, "--from: expected a slot, 0 or more, got " + from);
    }
    Vertx vertx = HttpCommand.vertx();
    try {
      String path = map.path() + "/watch";
      return HttpCommand.await(
          new WatchStream(vertx, client, path, from, SILENCE_MILLIS, System.out).open());
    } finally {
      HttpCommand.await(vertx.close());
    }
  }
}
