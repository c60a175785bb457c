package dev.synod.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synod get KEY}. */
@Command(
    name = "get",
    description = "Prints the value of a key, its bytes as they are and nothing else.")
final class GetCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private MapOption map = new MapOption();

  @Parameters(index = "0", paramLabel = "KEY")
  private String key = "";

  @Option(
      names = "--local",
      description =
          "Whatever the member asked has applied, however old: needs no quorum. Otherwise every write"
              + " that was acknowledged before is seen.")
  private boolean local;

  @Override
  public Integer call() throws Exception {
    String path = map.path(key) + (local ? "?level=local" : "");
    Answer answer = Asking.with(client, 1, asked -> asked.call(Call.get(path)));
    if (answer.status() == 404) {
      throw new CommandFailure(ExitCode.NOT_FOUND, answer.problem());
    } else if (answer.status() != 200) {
      throw answer.refused();
    }
    System.out.write(answer.body().getBytes());
    System.out.flush();
    if (System.out.checkError()) {
      throw new CommandFailure(ExitCode.IO, "the value could not be written to standard output");
    }
    return ExitCode.DONE;
  }
}
