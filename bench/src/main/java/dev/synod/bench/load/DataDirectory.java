package dev.synod.bench.load;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of its own for the files of one benchmark, on a real disk. */
public record DataDirectory(Path path) implements AutoCloseable {
  /** System property with the directory to make them in; by default where the jar is. */
  public static final String PROPERTY = "synod.bench.data";

  public static DataDirectory create() throws IOException {
    Path parent = parent();
    Files.createDirectories(parent);
    String type = Files.getFileStore(parent).type();
    if (type.equals("tmpfs") || type.equals("ramfs")) {
      throw new IllegalStateException(
          String.format(
                  Locale.ROOT,
                  "%s is in memory (%s), where forcing a file costs nothing: give a directory on a disk",
                  parent,
                  type)
              + " with --data");
    }
    return new DataDirectory(Files.createTempDirectory(parent, "bench-"));
  }

  private static Path parent() {
    String given = System.getProperty(PROPERTY);
    return given == null ? besideTheCode().resolve("bench-data") : Path.of(given);
  }

  /** Where the jar is that this runs from. */
  public static Path besideTheCode() {
    @Nullable CodeSource source = DataDirectory.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Path.of("");
    }
    try {
      Path code = Path.of(source.getLocation().toURI()).toAbsolutePath();
      Path parent = code.getParent();
      return parent == null ? code : parent;
    } catch (URISyntaxException odd) {
      return Path.of("");
    }
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
