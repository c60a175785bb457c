package dev.synod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.fuzzing.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's section "Embed it" is a project: its dependencies and its class, and nothing else,
 * are built by Maven outside this build, and run as three processes.
 *
 * <p>The project finds the artifacts of this build in a local repository of its own, where they are
 * laid out as {@code mvn install} does. All else comes from the local repository of this build by
 * links, so that the test needs no network and the user's local repository stays as it is.
 */
class SampleProjectIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path LOCAL = Path.of(System.getProperty("maven.local", ""));
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SECTION = "Embed it";
  private static final List<String> MEMBERS = List.of("a", "b", "c");

  @TempDir private Path directory;
  private Markdown readme;
  private String rootPom;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    readme = Markdown.of(ROOT.resolve("README.md"));
    rootPom = Files.readString(ROOT.resolve("pom.xml"));
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theProjectThatTheReadmeShowsIsBuiltByMavenAndItsThreeProcessesAgree() throws Exception {
    Path repository = localRepository();
    Path project = Files.createDirectories(directory.resolve("project"));
    Path sources = Files.createDirectories(project.resolve("src/main/java"));
    Files.writeString(sources.resolve("Orders.java"), readme.block(SECTION, "java"));
    Files.writeString(project.resolve("pom.xml"), pom(repository));

    Process build =
        start(
            "build",
            List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "-o",
                "-Dmaven.repo.local=" + repository,
                // Artifacts count by their presence, and not by the name of where they came from.
                "-Daether.enhancedLocalRepository.trackingFilename=none",
                "-f",
                project.toString(),
                "package"));
    assertThat(build.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(build.exitValue()).as(said("build")).isZero();

    List<Integer> ports = Ports.reserve(MEMBERS.size());
    for (String member : MEMBERS) {
      int port = ports.get(MEMBERS.indexOf(member));
      Path cluster = directory.resolve(member + ".xml");
      Files.writeString(cluster, cluster(port, ports));
      start(
          member,
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:TieredStopAtLevel=1",
              "-Dvertx.hazelcast.config=" + cluster,
              "-jar",
              project.resolve("target/sample.jar").toString(),
              member));
    }
    for (String member : MEMBERS) {
      await(member)
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(said(member)).contains("Order[item=book, count=2]"));
    }
  }

  @Test
  void theVersionsThatItNamesAreThoseOfThisBuild() throws IOException {
    String dependencies = readme.block(SECTION, "xml");
    assertThat(dependencies)
        .containsPattern("synod-data</artifactId>\\s*<version>" + Artifacts.VERSION + "<")
        .containsPattern("vertx-hazelcast</artifactId>\\s*<version>" + version("vertx") + "<");
  }

  @Test
  void theCommandThatInstallsItBuildsTheDependencyAndWhatItNeeds() throws IOException {
    assertThat(readme.block(SECTION, "")).contains(" -pl modules/data -am install");
  }

  /** A property of the root pom, where each version stands once. */
  private String version(String name) {
    String tag = "<" + name + ".version>";
    int start = rootPom.indexOf(tag) + tag.length();
    return rootPom.substring(start, rootPom.indexOf('<', start));
  }

  private String pom(Path repository) {
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>sample</groupId>
      <artifactId>sample</artifactId>
      <version>1</version>
      <properties>
        <maven.compiler.release>17</maven.compiler.release>
        <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
      </properties>
      <dependencies>
    %s
      </dependencies>
      <build>
        <finalName>sample</finalName>
        <plugins>
          <plugin>
            <artifactId>maven-resources-plugin</artifactId>
            <version>%s</version>
          </plugin>
          <plugin>
            <artifactId>maven-compiler-plugin</artifactId>
            <version>%s</version>
          </plugin>
          <plugin>
            <artifactId>maven-surefire-plugin</artifactId>
            <version>%s</version>
          </plugin>
          <plugin>
            <artifactId>maven-jar-plugin</artifactId>
            <version>%s</version>
            <configuration>
              <archive>
                <manifest>
                  <mainClass>Orders</mainClass>
                  <addClasspath>true</addClasspath>
                  <classpathLayoutType>repository</classpathLayoutType>
                  <classpathPrefix>%s</classpathPrefix>
                </manifest>
              </archive>
            </configuration>
          </plugin>
        </plugins>
      </build>
    </project>
    """
        .formatted(
            readme.block(SECTION, "xml"),
            version("resources.plugin"),
            version("compiler.plugin"),
            version("surefire"),
            version("jar.plugin"),
            repository.toUri());
  }

  /** Members that find each other without multicast, which many machines do not have. */
  private static String cluster(int port, List<Integer> ports) {
    StringBuilder members = new StringBuilder();
    ports.forEach(each -> members.append("<member>127.0.0.1:" + each + "</member>"));
    return """
    <hazelcast xmlns="http://www.hazelcast.com/schema/config">
      <network>
        <port auto-increment="false">%d</port>
        <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
        <join>
          <auto-detection enabled="false"/>
          <multicast enabled="false"/>
          <tcp-ip enabled="true">%s</tcp-ip>
        </join>
      </network>
      <multimap name="__vertx.subs">
        <backup-count>1</backup-count>
        <value-collection-type>SET</value-collection-type>
      </multimap>
    </hazelcast>
    """
        .formatted(port, members);
  }

  private Path localRepository() throws IOException {
    Path repository = Files.createDirectories(directory.resolve("repository"));
    link(LOCAL, repository, "dev");
    Path dev = Files.createDirectories(repository.resolve("dev"));
    if (Files.isDirectory(LOCAL.resolve("dev"))) {
      link(LOCAL.resolve("dev"), dev, "synod");
    }
    Artifacts.install(ROOT, dev.resolve("synod"));
    return repository;
  }

  private static void link(Path from, Path to, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(except)) {
          Files.createSymbolicLink(to.resolve(name), entry.toAbsolutePath());
        }
      }
    }
  }

  private Process start(String name, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    // The options of this build are not those of the project.
    Map<String, String> environment = new HashMap<>(builder.environment());
    environment.keySet().stream()
        .filter(key -> key.startsWith("MAVEN_"))
        .forEach(builder.environment()::remove);
    File out = directory.resolve(name + ".out").toFile();
    Process process = builder.redirectErrorStream(true).redirectOutput(out).start();
    started.add(process);
    return process;
  }

  private String said(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".out"));
  }
}
