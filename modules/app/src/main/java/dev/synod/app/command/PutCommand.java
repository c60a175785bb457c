package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.MapOption;
import dev.synod.app.client.MapWriter;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synod put KEY VALUE}. */
@Command(name = "put", description = "Sets a key, and prints the slot in which that was decided.")
public final class PutCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "Value, as UTF-8 text.")
  private @Nullable String value;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File whose bytes are the value; /dev/stdin reads the standard input.")
  private @Nullable Path file;

  private Buffer value() {
    if ((value == null) == (file == null)) {
      throw new CommandFailure(ExitCode.USAGE, "expected either a VALUE or --file");
    }
    if (file == null) {
      return Buffer.buffer(value);
    }
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException unreadable) {
      throw new CommandFailure(
          ExitCode.NO_INPUT, "--file: " + file + " cannot be read: " + IoMessages.of(unreadable));
    }
  }

  @Override
  public Integer call() throws Exception {
    Buffer stored = value();
    long slot =
        HttpCommand.with(client, 1, asked -> new MapWriter(asked, map.name()).put(key, stored));
    System.out.println(slot);
    return ExitCode.DONE;
  }
}
