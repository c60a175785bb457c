package dev.synod.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries as named modules: a JVM and a compiler that have them on the module path. */
class ModulePathTest {
  private static final String MODULE =
      """
      module application {
        requires dev.synod.web;
      }
      """;

  private static final String APPLICATION =
      """
      package application;

      import dev.synod.data.ReplicatedMap;
      import dev.synod.vertx.Synod;
      import dev.synod.vertx.SynodOptions;
      import dev.synod.web.SynodWeb;
      import dev.synod.web.config.WebOptions;
      import io.vertx.core.Vertx;
      import java.net.URI;
      import java.net.http.HttpClient;
      import java.net.http.HttpRequest;
      import java.net.http.HttpResponse.BodyHandlers;
      import java.util.List;

      final class Main {
        public static void main(String[] arguments) throws Exception {
          Vertx vertx = Vertx.vertx();
          SynodOptions options =
              new SynodOptions()
                  .setGroup("orders")
                  .setMember("a")
                  .setMembers(List.of("a"))
                  .setDataDirectory(arguments[0]);
          Synod synod = Synod.start(vertx, options).await();
          ReplicatedMap<String> open = ReplicatedMap.of(synod, "open", String.class);
          open.put("42", "book").await();
          System.out.println("map: " + open.get("42").await().value());
          SynodWeb web = SynodWeb.create(vertx, synod, new WebOptions().setPort(0)).listen().await();
          URI page = URI.create("http://127.0.0.1:" + web.actualPort() + "/synod.js");
          int status =
              HttpClient.newHttpClient()
                  .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                  .statusCode();
          System.out.println("page: " + status);
          web.close().await();
          synod.close().await();
          vertx.close().await();
        }
      }
      """;

  @TempDir private Path directory;

  @Test
  void anApplicationThatIsAModuleRunsAMemberWithAMapAndThePage() throws Exception {
    assertThat(compile(MODULE.replace("}", "  requires java.net.http;\n}"), "Main", APPLICATION))
        .isEmpty();

    Path output = directory.resolve("output");
    Process application =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modulePath() + File.pathSeparator + directory.resolve("classes"),
                "--module",
                "application/application.Main",
                directory.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(application.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      application.destroyForcibly();
    }

    assertThat(output).content().contains("map: book", "page: 200");
    assertThat(application.exitValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.synod.core.member.Member",
        "dev.synod.core.message.Message",
        "dev.synod.storage.log.Log",
        "dev.synod.vertx.impl.SynodRuntime",
        "dev.synod.web.impl.http.Problem"
      })
  void anInternalPackageCannotBeImportedByAModule(String type) throws IOException {
    String user = "package application;\nclass User {\n  " + type + " used;\n}\n";

    assertThat(compile(MODULE, "User", user))
        .contains("package " + type.substring(0, type.lastIndexOf('.')) + " is not visible");
  }

  /** Compiles a module of one class, and returns what the compiler says. */
  private String compile(String module, String name, String source) throws IOException {
    Path sources = Files.createDirectories(directory.resolve("sources").resolve("application"));
    Path declaration = Files.writeString(sources.resolveSibling("module-info.java"), module);
    Path type = Files.writeString(sources.resolve(name + ".java"), source);
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      compiler
          .getTask(
              messages,
              files,
              null,
              List.of(
                  "-proc:none",
                  "-Xlint:none",
                  "--module-path",
                  modulePath(),
                  "-d",
                  directory.resolve("classes").toString()),
              null,
              files.getJavaFileObjects(declaration, type))
          .call();
    }
    return messages.toString();
  }

  /** The part of the tests' class path that has module declarations. */
  private static String modulePath() {
    return Arrays.stream(
            System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1))
        .filter(entry -> isModule(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isModule(Path entry) {
    try {
      Set<ModuleReference> found = ModuleFinder.of(entry).findAll();
      return !found.isEmpty()
          && found.stream().noneMatch(module -> module.descriptor().isAutomatic());
    } catch (FindException e) {
      return false; // The name of this jar cannot be the name of a module.
    }
  }
}
