package dev.synod.app.torture;

import dev.synod.app.Proc;
import dev.synod.fuzzing.Ports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The processes of a group whose files are in a directory of {@code config/}. */
final class Group implements AutoCloseable {
  /**
   * The log is in memory and on disk in full, and a run is long; small segments, so that a full
   * disk is met at once, and each restart reads many.
   */
  private static final JsonObject SIZES =
      new JsonObject()
          .put("segmentBytes", 256 << 10)
          .put("maxBatchBytes", 64 << 10)
          .put("maxValueBytes", 64 << 10);

  private static final List<String> JVM =
      List.of("-Xmx384m", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC");

  /** {@code EX_UNAVAILABLE}, with these words. */
  private static final int FOUND_NO_CLUSTER = 69;

  private static final String NO_CLUSTER = "the cluster cannot be joined";

  private final Path directory;
  private final Arena arena;
  private final Diary diary;
  private final List<String> names;
  private final List<String> urls = new ArrayList<>();
  private final List<Proc> running = new ArrayList<>();

  /** Whom we have ended ourselves, or expect to end. */
  private final boolean[] mayEnd;

  private int failedStarts;
  private int emptied;

  Group(Path config, Path directory, Arena arena, Diary diary) throws IOException {
    this.directory = directory;
    this.arena = arena;
    this.diary = diary;
    try (Stream<Path> files = Files.list(config)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".json"))
              .map(name -> name.substring(0, name.length() - ".json".length()))
              .sorted()
              .toList();
    }
    mayEnd = new boolean[names.size()];
    configure(config);
  }

  static int size(Path config) throws IOException {
    try (Stream<Path> files = Files.list(config)) {
      return (int) files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  private void configure(Path directoryOfFiles) throws IOException {
    List<JsonObject> files = new ArrayList<>();
    for (String name : names) {
      files.add(new JsonObject(Files.readString(directoryOfFiles.resolve(name + ".json"))));
    }
    List<Integer> free = arena.keepsPorts() ? List.of() : Ports.reserve(2 * names.size());
    List<String> cluster = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonObject file = files.get(i);
      if (!free.isEmpty()) {
        file.getJsonObject("cluster").put("port", free.get(2 * i));
        file.getJsonObject("web").put("port", free.get(2 * i + 1));
      }
      cluster.add(arena.address(i) + ":" + file.getJsonObject("cluster").getInteger("port"));
      urls.add("http://" + arena.address(i) + ":" + file.getJsonObject("web").getInteger("port"));
    }
    for (int i = 0; i < names.size(); i++) {
      JsonObject file = files.get(i);
      String url = urls.get(i);
      file.getJsonObject("synod").put("dataDirectory", data(i).toString()).mergeIn(SIZES);
      file.getJsonObject("cluster").put("host", arena.address(i)).put("members", cluster);
      file.getJsonObject("web")
          .put("host", arena.address(i))
          .put("peers", new JsonArray(urls.stream().filter(one -> !one.equals(url)).toList()));
      Files.writeString(directory.resolve(names.get(i) + ".json"), file.encodePrettily());
    }
  }

  int size() {
    return names.size();
  }

  String name(int member) {
    return names.get(member);
  }

  List<String> urls() {
    return urls;
  }

  synchronized void startAll() throws IOException {
    for (int i = 0; i < size(); i++) {
      running.add(launch(i));
    }
  }

  private Proc launch(int member) throws IOException {
    String name = name(member);
    return Proc.start(
        directory, name, arena.before(member), JVM, List.of("node", "--config", name + ".json"));
  }

  synchronized void start(int member) throws IOException {
    mayEnd[member] = false;
    running.set(member, launch(member));
  }

  synchronized Proc process(int member) {
    return running.get(member);
  }

  /** SIGKILL. */
  void kill(int member) throws InterruptedException {
    mayEnd(member);
    process(member).kill();
  }

  /** From now on, until it is started again, it is nothing special if this member ends. */
  synchronized void mayEnd(int member) {
    mayEnd[member] = true;
  }

  /** Takes the data directory of a member that is down away, until {@link #giveBack}. */
  void empty(int member) throws IOException {
    Files.move(data(member), aside(member));
  }

  /** Undoes {@link #empty}, for a member that is down again. */
  void giveBack(int member) throws IOException {
    if (Files.exists(data(member))) {
      Files.move(data(member), arena.disk(member).resolve("emptied-" + ++emptied));
    }
    Files.move(aside(member), data(member));
  }

  private Path data(int member) {
    return arena.disk(member).resolve("data");
  }

  private Path aside(int member) {
    return arena.disk(member).resolve("data-aside");
  }

  /** SIGSTOP. */
  void pause(int member) throws IOException {
    Shell.run("kill", "-STOP", Long.toString(process(member).pid()));
  }

  /** SIGCONT. */
  void resume(int member) throws IOException {
    Shell.run("kill", "-CONT", Long.toString(process(member).pid()));
  }

  /**
   * Whoever has ended by itself is told of as wrong, and started again; only to have found no
   * cluster to join, in the midst of a fault, is no wrong.
   */
  synchronized void checkAlive() throws IOException, InterruptedException {
    for (int i = 0; i < size(); i++) {
      Proc process = running.get(i);
      if (!mayEnd[i] && !process.isAlive()) {
        if (foundNoCluster(process)) {
          failedStarts++;
          diary.note(name(i) + " found no cluster to join, and is started again");
        } else {
          diary.wrong("member %s ended by itself: %s".formatted(name(i), lastWords(process)));
        }
        start(i);
      }
    }
  }

  /** Whether it has ended, or ends now, because there was nobody to join. */
  static boolean foundNoCluster(Proc process) throws InterruptedException {
    return process.end() == FOUND_NO_CLUSTER && process.err().contains(NO_CLUSTER);
  }

  /** How often a start ended because there was no cluster to join. */
  synchronized int failedStarts() {
    return failedStarts;
  }

  /** The end of what a member said. */
  static String lastWords(Proc process) {
    List<String> lines = process.err().lines().toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }

  /** No member has shown anybody a stack trace. */
  void checkWords() {
    for (int i = 0; i < size(); i++) {
      process(i)
          .err()
          .lines()
          .filter(line -> line.matches("\\s+at [a-z]+\\..*") || line.contains("OutOfMemoryError"))
          .findFirst()
          .ifPresent(line -> diary.wrong("a stack trace in a user's face: " + line));
    }
  }

  IntStream members() {
    return IntStream.range(0, size());
  }

  @Override
  public synchronized void close() {
    running.forEach(Proc::close);
  }
}
