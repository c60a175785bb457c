package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.client.HttpCommand;
import dev.synod.app.client.MapOption;
import dev.synod.app.client.MapWriter;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code synod put KEY VALUE}. */
@Command(name = "put", description = "Sets a key, and prints the slot in which that was decided.")
public final class PutCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Parameters(index = "1", paramLabel = "VALUE")
  private String value = "";

  @Override
  public Integer call() throws Exception {
    long slot =
        HttpCommand.with(
            client, 1, asked -> new MapWriter(asked, map.name()).put(key, Buffer.buffer(value)));
    System.out.println(slot);
    return ExitCode.DONE;
  }
}
