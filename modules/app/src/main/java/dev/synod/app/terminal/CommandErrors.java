package dev.synod.app.terminal;

import dev.synod.storage.file.StorageException;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.web.SynodWeb;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever ended a command, as words and an exit code. */
public final class CommandErrors {
  private static final Logger LOG = LoggerFactory.getLogger(CommandErrors.class);

  private CommandErrors() {}

  public static CommandFailure of(Throwable thrown) {
    Throwable failure = thrown;
    while ((failure instanceof ExecutionException || failure instanceof CompletionException)
        && failure.getCause() != null) {
      failure = failure.getCause();
    }
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof CommandFailure known) {
      return known;
    } else if (failure instanceof ConfigurationException) {
      return new CommandFailure(ExitCode.CONFIGURATION, message);
    } else if (failure instanceof StorageException storage) {
      return new CommandFailure(
          switch (storage.kind()) {
            case WRONG_IDENTITY, INCOMPATIBLE_FORMAT, UNKNOWN_FILE -> ExitCode.CONFIGURATION;
            case DIRECTORY_NOT_WRITABLE, LOCKED, DAMAGED, DISK_FULL, IO -> ExitCode.IO;
          },
          message);
    } else if (failure instanceof SynodWeb.ListenException) {
      return new CommandFailure(ExitCode.IO, message);
    } else if (failure instanceof SynodException) {
      return new CommandFailure(ExitCode.UNAVAILABLE, message);
    }
    LOG.error("unexpected", failure);
    return new CommandFailure(
        ExitCode.SOFTWARE,
        "this should not have happened: "
            + failure
            + "; java -Dsynod.stack=full -jar … says where, please report it");
  }
}
