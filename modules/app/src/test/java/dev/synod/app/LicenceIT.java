package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The jars carry the licences of all that is in them. */
class LicenceIT {
  private static final Path MODULES = Path.of("..");
  private static final String LICENCE = "META-INF/LICENSE";
  private static final Pattern LEGAL = Pattern.compile("META-INF/.*(LICENSE|NOTICE)[^/]*");

  @Test
  void eachLibraryHasTheLicenceOfTheProject() throws IOException {
    String licence = Files.readString(MODULES.resolve("LICENSE"));
    for (String module :
        List.of("quorum", "core", "storage", "simulation", "vertx", "data", "web")) {
      Path jar =
          MODULES.resolve(
              Path.of(module, "target", "synod-" + module + "-" + Artifacts.VERSION + ".jar"));
      assertThat(text(jar.toFile(), LICENCE)).as(module).isEqualTo(licence);
    }
  }

  @Test
  void theProgramHasTheLicenceOfTheProjectAndThoseOfAllThatItContains() throws IOException {
    File program = new File(System.getProperty("synod.jar"));
    assertThat(text(program, LICENCE)).startsWith(Files.readString(MODULES.resolve("LICENSE")));
    int compared = 0;
    for (File dependency : contained(program)) {
      for (String name : names(dependency)) {
        if (LEGAL.matcher(name).matches()) {
          assertThat(normal(text(program, name)))
              .as("%s of %s", name, dependency.getName())
              .contains(normal(text(dependency, name)));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  /** The jars on this test's class path whose classes are in the program: tests have more. */
  private static List<File> contained(File program) throws IOException {
    List<File> jars = new ArrayList<>();
    try (JarFile all = new JarFile(program)) {
      String classPath = System.getProperty("java.class.path");
      for (String element : Pattern.compile(File.pathSeparator).splitAsStream(classPath).toList()) {
        File jar = new File(element);
        if (element.endsWith(".jar") && !jar.getName().startsWith("synod")) {
          names(jar).stream()
              .filter(name -> name.endsWith(".class") && !name.contains("META-INF"))
              .filter(name -> !name.endsWith("module-info.class"))
              .findFirst()
              .filter(name -> all.getEntry(name) != null)
              .ifPresent(name -> jars.add(jar));
        }
      }
    }
    return jars;
  }

  private static List<String> names(File jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return Collections.list(file.entries()).stream().map(JarEntry::getName).toList();
    }
  }

  private static String text(File jar, String name) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      JarEntry entry = file.getJarEntry(name);
      assertThat(entry).as("%s in %s", name, jar).isNotNull();
      try (InputStream in = file.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private static String normal(String text) {
    return text.replace("\r\n", "\n").strip();
  }
}
