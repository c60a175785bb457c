package dev.synod.app.command;

import dev.synod.app.client.AckLog;
import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.GroupClient;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.LoadInput;
import dev.synod.app.client.Loader;
import dev.synod.app.client.MapOption;
import dev.synod.app.client.MapWriter;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import dev.synod.app.terminal.Progress;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code synod load FILE}. */
@Command(
    name = "load",
    description = {
      "Sets a key for each line key<TAB>value of a file, many at once.",
      "Of several lines with the same key the last one wins.",
      "Ends with 0 only if every line was acknowledged. Whatever went wrong, what was acknowledged"
          + " stays, and the same load may be run again."
    })
public final class LoadCommand implements Callable<Integer> {
  private static final long FLUSH_MILLIS = 100;

  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The input; - is standard input.")
  private String file = "-";

  @Option(
      names = "--in-flight",
      defaultValue = "256",
      paramLabel = "N",
      description = "How many lines are under way at once, 1 to 4096. Default: ${DEFAULT-VALUE}.")
  private int inFlight;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Appends a line key<TAB>slot for each line as it is acknowledged, in that order, and"
              + " flushes ten times a second.")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    if (inFlight < 1 || inFlight > 4096) {
      if (spec == null) {
        throw new IllegalStateException("picocli did not say which command this is");
      }
      throw new ParameterException(
          spec.commandLine(), "--in-flight: expected 1 to 4096, got " + inFlight);
    }
    boolean stdin = file.equals("-");
    try (LoadInput input = new LoadInput(stdin ? "standard input" : file, open(stdin));
        AckLog acks = AckLog.append(out)) {
      return load(input, stdin ? -1 : Files.size(Path.of(file)), acks);
    }
  }

  private static void flush(AckLog acks) {
    try {
      acks.flush();
    } catch (CommandFailure broken) {
      System.err.println("synod: " + broken.message());
    }
  }

  private InputStream open(boolean stdin) {
    if (stdin) {
      return System.in;
    }
    try {
      if (Files.isDirectory(Path.of(file))) {
        throw new CommandFailure(ExitCode.NO_INPUT, file + ": is a directory");
      }
      return Files.newInputStream(Path.of(file));
    } catch (IOException failure) {
      throw new CommandFailure(
          ExitCode.NO_INPUT, file + ": cannot be opened: " + IoMessages.of(failure));
    }
  }

  private int load(LoadInput input, long totalBytes, AckLog acks) throws InterruptedException {
    // After an early end of this process the file contains every acknowledged line.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> flush(acks), "synod-flush"));
    Vertx vertx = HttpCommand.vertx();
    GroupClient members = new GroupClient(vertx, client, inFlight);
    Loader loader =
        new Loader(
            vertx.getOrCreateContext(), new MapWriter(members, map.name())::put, acks, inFlight);
    vertx.setPeriodic(
        FLUSH_MILLIS,
        timer -> {
          try {
            acks.flush();
          } catch (CommandFailure broken) {
            loader.fail(broken);
          }
        });
    CommandFailure failure;
    double seconds;
    try (Progress progress = Progress.onStandardError("load", totalBytes, "KiB", 1024)) {
      failure =
          loader.load(
              input,
              (bytes, keys) ->
                  progress.at(
                      bytes,
                      () ->
                          String.format(
                              Locale.ROOT,
                              "%d keys acknowledged, %.0f keys/s, %d retries",
                              keys,
                              keys / progress.seconds(),
                              members.retries())));
      seconds = progress.seconds();
    } finally {
      HttpCommand.await(vertx.close());
    }
    long keys = loader.acknowledged();
    System.out.printf(
        Locale.ROOT,
        "%d keys acknowledged in %.1f s, %.0f keys/s, %d retries%n",
        keys,
        seconds,
        keys / seconds,
        members.retries());
    if (failure != null) {
      throw failure;
    }
    return ExitCode.DONE;
  }
}
