package dev.synod.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.synod.app.command.DemoCommand;
import dev.synod.app.command.GetCommand;
import dev.synod.app.command.LinearizeCommand;
import dev.synod.app.command.LoadCommand;
import dev.synod.app.command.NodeCommand;
import dev.synod.app.command.PasswordCommand;
import dev.synod.app.command.PutCommand;
import dev.synod.app.command.SimulateCommand;
import dev.synod.app.command.WatchCommand;
import dev.synod.app.command.operator.ForceConfigCommand;
import dev.synod.app.command.operator.LeaderCommand;
import dev.synod.app.command.operator.MembersCommand;
import dev.synod.app.command.operator.QuorumsCommand;
import dev.synod.app.command.operator.SkipCommandCommand;
import dev.synod.app.command.operator.SnapshotCommand;
import dev.synod.app.command.operator.StatusCommand;
import dev.synod.app.command.operator.StopCommand;
import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: {@code java -jar synod.jar COMMAND}. */
@Command(
    name = "synod",
    mixinStandardHelpOptions = true,
    version = "synod 0.1.0",
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "A group of members that agree, by Flexible Paxos, on every change of their maps.",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      PutCommand.class,
      GetCommand.class,
      WatchCommand.class,
      LoadCommand.class,
      StatusCommand.class,
      SnapshotCommand.class,
      StopCommand.class,
      MembersCommand.class,
      QuorumsCommand.class,
      LeaderCommand.class,
      ForceConfigCommand.class,
      SkipCommandCommand.class,
      SimulateCommand.class,
      LinearizeCommand.class,
      PasswordCommand.class
    })
public final class Main implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** Runs one command, and ends the process with its {@link ExitCode}. */
  public static void main(String[] args) {
    // Scripts read the same bytes wherever this runs, also where no locale is set.
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    System.setOut(out);
    System.setErr(err);
    Thread.setDefaultUncaughtExceptionHandler(Main::uncaught);
    System.exit(run(args, new PrintWriter(err, true, UTF_8)));
  }

  /** Such as of Hazelcast, among cut links: one line in the log, as of everything else. */
  static void uncaught(Thread thread, Throwable failure) {
    LoggerFactory.getLogger(Main.class)
        .error("The thread {} ended: {}", thread.getName(), failure.toString(), failure);
  }

  /** The exit code of one command. */
  static int run(String[] args, PrintWriter errors) {
    CommandLine line = new CommandLine(new Main());
    line.setErr(errors);
    // A value may begin with @: what is in a file is stored where an option says so.
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          CommandFailure known = CommandErrors.of(failure);
          known.message().lines().forEach(problem -> errors.println("synod: " + problem));
          return known.exitCode();
        });
    exitCodes(line);
    String broken = undecoded(args);
    if (broken != null) {
      errors.println("synod: " + broken);
      return ExitCode.USAGE;
    }
    return line.execute(args);
  }

  /**
   * Names an argument that Java could not decode, whose bytes are lost; null if there is none. In
   * the locale C these are all arguments that are not ASCII.
   */
  private static @Nullable String undecoded(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.indexOf('\uFFFD') >= 0 || !UTF_8.newEncoder().canEncode(arg)) {
        return String.format(
            Locale.ROOT,
            "argument %d, \"%s\", is no text in the encoding of this process, %s: set a locale such as LC_ALL=C.UTF-8",
            i + 1,
            arg,
            System.getProperty("sun.jnu.encoding"));
      }
    }
    return null;
  }

  private static void exitCodes(CommandLine line) {
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCode.help()));
    line.getSubcommands().values().forEach(Main::exitCodes);
  }

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("picocli did not say which command this is");
    }
    throw new CommandLine.ParameterException(spec.commandLine(), "a COMMAND is missing");
  }
}
