package dev.synod.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this build has made, laid out as {@code mvn install} lays it out. */
final class Artifacts {
  static final String VERSION = "0.1.0-SNAPSHOT";

  /** The modules that synod-data consists of. */
  private static final List<String> MODULES = List.of("quorum", "core", "storage", "vertx", "data");

  private Artifacts() {}

  /**
   * Copies the jars and poms.
   *
   * @param root of this build
   * @param group the directory of the group {@code dev.synod} in a local repository
   */
  static void install(Path root, Path group) throws IOException {
    copy(root.resolve("pom.xml"), group, "synod", ".pom");
    for (String module : MODULES) {
      Path from = root.resolve("modules").resolve(module);
      String artifact = "synod-" + module;
      copy(from.resolve("pom.xml"), group, artifact, ".pom");
      copy(
          from.resolve("target").resolve(artifact + "-" + VERSION + ".jar"),
          group,
          artifact,
          ".jar");
    }
  }

  private static void copy(Path from, Path group, String artifact, String ending)
      throws IOException {
    Path to = Files.createDirectories(group.resolve(artifact).resolve(VERSION));
    Files.copy(from, to.resolve(artifact + "-" + VERSION + ending));
  }
}
