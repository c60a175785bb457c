package dev.synod.app;

import picocli.CommandLine.Option;

/** Which map a command is about. */
final class MapOption {
  @Option(
      names = "--map",
      defaultValue = "default",
      paramLabel = "MAP",
      description = "Name of the map. Default: ${DEFAULT-VALUE}.")
  private String name = "default";

  MapOption() {}

  String name() {
    return name;
  }

  String path() {
    return "/api/v1/maps/" + Percent.encode(name);
  }

  /** The path of a key of this map. */
  String path(String key) {
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
