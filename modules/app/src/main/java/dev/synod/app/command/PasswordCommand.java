package dev.synod.app.command;

import dev.synod.app.client.ClientOptions;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.web.config.AuthenticationOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code synod password FILE}. */
@Command(
    name = "password",
    description = {
      "Prints the hash of a password, for the field \"password\" in a file of users.",
      "The hash reveals the password only by guessing, at a tenth of a second per guess."
    })
public final class PasswordCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Has the password in its first line; /dev/stdin to be piped one.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    if (file == null) {
      throw new IllegalStateException("picocli did not insist on FILE");
    }
    String password = ClientOptions.firstLine("FILE", file);
    if (password.isEmpty()) {
      throw new CommandFailure(ExitCode.DATA, file + ": the first line is empty");
    }
    System.out.println(AuthenticationOptions.hash(password));
    return ExitCode.DONE;
  }
}
