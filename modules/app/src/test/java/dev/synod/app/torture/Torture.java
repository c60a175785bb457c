package dev.synod.app.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command. It runs itself again in namespaces of its own, where that is possible, so that it
 * can do what it likes to the network and leaves nothing behind.
 */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a group of real processes under faults, and checks what its clients saw.",
      "Exit code 0: linearizable, nothing lost, nothing wrong; 1: something is wrong; 2: the command"
          + " line is; 70: it could not be run."
    })
public final class Torture implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "DIRECTORY",
      defaultValue = "config/three",
      description = "A file for each member (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of("config", "three");

  @Option(names = "--minutes", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--once",
      description = "Instead of --minutes: each kind of fault once, one after the other.")
  private boolean once;

  @Option(names = "--seed", description = "Of the faults; default: drawn, and told.")
  private @Nullable Long seed;

  @Option(names = "--clients", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = "--rate",
      defaultValue = "120",
      description = "Operations a second at most, of all clients (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--read-level",
      defaultValue = "linearizable",
      description = "What clients read with; local must be found out (default: ${DEFAULT-VALUE}).")
  private String readLevel = "linearizable";

  @Option(
      names = "--heal-seconds",
      defaultValue = "60",
      description =
          "After the last fault all must be well within this (default: ${DEFAULT-VALUE}).")
  private int healSeconds;

  @Option(
      names = "--out",
      paramLabel = "DIRECTORY",
      description = "Where what happened is kept; default: modules/app/target/torture/<time>.")
  private @Nullable Path out;

  @Option(names = "--no-namespaces", description = "On loopback: only kills and pauses.")
  private boolean noNamespaces;

  @Option(names = "--inside", hidden = true)
  private boolean inside;

  private final PrintStream print;

  private Torture(PrintStream print) {
    this.print = print;
  }

  /** Runs the suite, and ends the process. */
  public static void main(String[] args) {
    System.exit(run(args, System.out));
  }

  /** The exit code; {@code print} is given what is to be read while it runs. */
  static int run(String[] args, PrintStream print) {
    CommandLine line = new CommandLine(new Torture(print));
    line.setExitCodeExceptionMapper(failure -> 70);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          print.println("torture: it could not be run: " + failure);
          return 70;
        });
    return line.execute(args);
  }

  @Override
  public Integer call() throws Exception {
    Path directory = directory();
    long drawn = seed == null ? System.nanoTime() : seed;
    if (inside) {
      return new Run(directory, drawn, true).run();
    }
    String jar = System.getProperty("synod.jar", "modules/app/target/synod.jar");
    System.setProperty("synod.jar", jar);
    if (!Files.isRegularFile(Path.of(jar))) {
      throw new IOException(
          jar + " is not there: build it, or say with -Dsynod.jar=FILE where it is");
    }
    try {
      if (!noNamespaces) {
        Namespaces.probe();
        return again(directory, drawn);
      }
      print.println("no namespaces, as asked: links are not cut and disks not filled");
    } catch (IOException impossible) {
      print.println(
          "LINKS ARE NOT CUT AND DISKS NOT FILLED, only kills and pauses: this machine does not let"
              + " us have namespaces: "
              + impossible.getMessage());
    }
    return new Run(directory, drawn, false).run();
  }

  private Path directory() throws IOException {
    Path directory =
        out != null
            ? out
            : Path.of(
                "modules",
                "app",
                "target",
                "torture",
                LocalDateTime.now(ZoneId.systemDefault())
                    .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")));
    return Files.createDirectories(directory).toAbsolutePath().normalize();
  }

  /** The same, as the first process of namespaces, which end with it. */
  private int again(Path directory, long drawn) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Dsynod.jar=" + System.getProperty("synod.jar")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Torture.class.getName(), "--inside", "--config", config.toString()));
    command.addAll(List.of("--minutes", Double.toString(minutes), "--seed", Long.toString(drawn)));
    command.addAll(List.of("--clients", "" + clients, "--rate", "" + rate));
    command.addAll(List.of("--read-level", readLevel, "--heal-seconds", "" + healSeconds));
    command.addAll(List.of("--out", directory.toString()));
    if (once) {
      command.add("--once");
    }
    Process process =
        new ProcessBuilder(Namespaces.command(command)).redirectErrorStream(true).start();
    Thread ending =
        new Thread(
            () -> {
              // Ctrl-C reaches both; the one inside may still have something to say.
              if (process.isAlive()) {
                process.destroyForcibly();
              }
            });
    Runtime.getRuntime().addShutdownHook(ending);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(print::println);
    }
    return process.waitFor();
  }

  /** One run, wherever it is. */
  private final class Run {
    private static final long PROGRESS_SECONDS = 10;

    private final Path directory;
    private final long drawn;
    private final boolean namespaces;

    Run(Path directory, long drawn, boolean namespaces) {
      this.directory = directory;
      this.drawn = drawn;
      this.namespaces = namespaces;
    }

    int run() throws IOException, InterruptedException {
      int members = Group.size(config);
      Arena arena = namespaces ? new Namespaces(directory, members) : new Loopback(directory);
      say(
          "%s, %s, seed %d, %d clients, reads %s, %s"
              .formatted(
                  config,
                  once ? "each fault once" : minutes + " min",
                  drawn,
                  clients,
                  readLevel,
                  namespaces
                      ? "each member in a network and on a disk of its own"
                      : "on loopback"));
      Path history = directory.resolve("history.jsonl");
      try (Diary diary = new Diary(directory.resolve("diary.txt"));
          Recorder recorder = new Recorder(history, diary);
          Group group = new Group(config, directory, arena, diary)) {
        Runtime.getRuntime().addShutdownHook(new Thread(group::close));
        Observer observer = new Observer(group, diary);
        Nemesis nemesis =
            new Nemesis(group, arena, observer, diary, new Random(drawn), healSeconds * 1000L);
        group.startAll();
        awaitStart(observer, diary);
        Client.Common common =
            new Client.Common(group.urls(), diary, recorder, readLevel, 1000.0 * clients / rate);
        List<Watcher> watchers =
            List.of(
                new Watcher("w0", 0, group.urls(), diary),
                new Watcher("w1", 1, group.urls(), diary));
        List<Thread> working = new ArrayList<>();
        recorder.beginOver();
        Thread observing = begin("observer", observer);
        for (int i = 0; i < clients; i++) {
          working.add(
              begin("client", new Client("c" + i, i % members, common, new Random(drawn + 1 + i))));
        }
        List<Thread> watching = watchers.stream().map(one -> begin("watcher", one)).toList();
        Thread progress = begin("progress", () -> progress(diary, recorder, nemesis, observer));

        if (once) {
          nemesis.once();
        } else {
          nemesis.run(diary.now() + (long) (minutes * TimeUnit.MINUTES.toNanos(1)));
        }

        common.stop();
        join(working);
        Ending ending = new Ending(group, observer, nemesis, diary, recorder, watchers, common);
        ending.compare();
        progress.interrupt();
        observer.stop();
        watchers.forEach(Watcher::stop);
        join(List.of(observing));
        join(watching);
        group.checkWords();
        recorder.flush();
        return ending.conclude(history, Torture.this.print) ? 0 : 1;
      }
    }

    private void awaitStart(Observer observer, Diary diary)
        throws IOException, InterruptedException {
      String ails = observer.ails(0);
      while (!ails.isEmpty()) {
        if (diary.seconds() > healSeconds) {
          throw new IOException("the group does not start: " + ails + ", see " + directory);
        }
        Thread.sleep(100);
        ails = observer.ails(0);
      }
      say("started after %.1f s".formatted(diary.seconds()));
    }

    private Thread begin(String name, Runnable work) {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      thread.start();
      return thread;
    }

    private void join(List<Thread> threads) throws InterruptedException {
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(30));
      }
    }

    private void progress(Diary diary, Recorder recorder, Nemesis nemesis, Observer observer) {
      try {
        while (true) {
          Thread.sleep(TimeUnit.SECONDS.toMillis(PROGRESS_SECONDS));
          say(
              String.format(
                  Locale.ROOT,
                  "%5.0f s  %7d operations: %d ok, %d refused, %d unknown  leader %-6s  %d faults,"
                      + " %s%s",
                  diary.seconds(),
                  recorder.operations(),
                  recorder.count(Recorder.Outcome.OK),
                  recorder.count(Recorder.Outcome.REFUSED),
                  recorder.count(Recorder.Outcome.UNKNOWN),
                  observer.leader(),
                  nemesis.total(),
                  nemesis.now(),
                  diary.wrongs().isEmpty() ? "" : "  " + diary.wrongs().size() + " WRONG"));
        }
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }

    private void say(String line) {
      Torture.this.print.println(line);
      Torture.this.print.flush();
    }
  }
}
