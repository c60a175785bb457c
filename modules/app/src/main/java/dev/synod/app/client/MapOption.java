package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import picocli.CommandLine.Option;

/** Which map a command is about. */
public final class MapOption {
  @Option(
      names = "--map",
      defaultValue = "default",
      paramLabel = "MAP",
      description = "Name of the map. Default: ${DEFAULT-VALUE}.")
  private String name = "default";

  public MapOption() {}

  public String name() {
    return name;
  }

  public String path() {
    return "/api/v1/maps/" + Percent.encode(name);
  }

  /** The path of a key of this map. */
  public String path(String key) {
    return path(name, key);
  }

  static String path(String map, String key) {
    if (key.isEmpty() || key.equals(".") || key.equals("..")) {
      throw new CommandFailure(
          ExitCode.DATA,
          "the key \"" + key + "\" has no address over HTTP, where it means a place in a path");
    }
    return "/api/v1/maps/" + Percent.encode(map) + "/" + Percent.encode(key);
  }
}
