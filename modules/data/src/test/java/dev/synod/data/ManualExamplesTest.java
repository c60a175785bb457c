package dev.synod.data;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.data.lock.ReplicatedLock;
import dev.synod.data.value.Register;
import dev.synod.data.value.ReplicatedCounter;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the manual compile and run as they stand. */
class ManualExamplesTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void everyExampleRunsInAGroup() throws Exception {
    List<String> examples = new ArrayList<>();
    Matcher found = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
    while (found.find()) {
      examples.add(found.group(1));
    }
    assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
    Vertx vertx = Vertx.vertx();
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    vertx.exceptionHandler(thrown::add);
    SynodOptions options =
        new SynodOptions()
            .setGroup("manual")
            .setMember("a")
            .setMembers(List.of("a"))
            .setDurability(Durability.MEMORY);
    try (URLClassLoader loader = compiled(examples)) {
      Synod synod = await(Synod.start(vertx, options));
      for (int i = 0; i < examples.size(); i++) {
        loader
            .loadClass("Example" + i)
            .getMethod("run", Vertx.class, Synod.class)
            .invoke(null, vertx, synod);
      }
      Register<String> region = Register.of(synod, "region", String.class);
      await().until(() -> await(region.get(ReadLevel.LINEARIZABLE)).equals(Optional.of("eu-1")));
      await().until(() -> await(ReplicatedCounter.of(synod, "orders").get()) == 1);
      assertThat(await(ReplicatedLock.of(synod, "invoices").lock()).isHeld()).isTrue();
    } finally {
      await(vertx.close());
    }
    assertThat(thrown).isEmpty();
  }

  private URLClassLoader compiled(List<String> examples) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler).as("the tests need a JDK").isNotNull();
    for (int i = 0; i < examples.size(); i++) {
      Path file = directory.resolve("Example" + i + ".java");
      Files.writeString(
          file,
          """
          import dev.synod.core.*;
          import dev.synod.data.*;
          import dev.synod.data.lock.*;
          import dev.synod.data.map.*;
          import dev.synod.data.value.*;
          import dev.synod.vertx.*;
          import io.vertx.core.*;
          import java.util.*;

          public class Example%d {
            record Order(String item, int count) {}

            public static void run(Vertx vertx, Synod synod) {
          %s
            }
          }
          """
              .formatted(i, examples.get(i)));
      int failed =
          compiler.run(
              null,
              null,
              null,
              "-d",
              directory.toString(),
              "-cp",
              System.getProperty("java.class.path"),
              file.toString());
      assertThat(failed).as("%s", examples.get(i)).isZero();
    }
    return new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
  }
}
