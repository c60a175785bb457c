package dev.synod.bench.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Virtual machines like this one. */
public final class Jvm {
  private static final String MAIN = "dev.synod.bench.Bench";

  private Jvm() {}

  /** The command that runs these benchmarks with other flags and those arguments. */
  public static List<String> command(List<String> flags, String... arguments) {
    return command(flags, System.getProperty("java.class.path"), MAIN, List.of(arguments));
  }

  /** The command that runs another main class of another class path. */
  public static List<String> command(
      List<String> flags, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    String data = System.getProperty(DataDirectory.PROPERTY);
    if (data != null) {
      command.add("-D" + DataDirectory.PROPERTY + "=" + data);
    }
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    command.addAll(arguments);
    return command;
  }
}
