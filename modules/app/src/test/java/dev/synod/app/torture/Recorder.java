package dev.synod.app.torture;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The history: what the clients did and saw, as lines that {@code synod linearize} reads. An
 * operation that was refused with the words that nothing was done is left out, so that a value of
 * it that is seen nevertheless has no explanation. Safe on all threads.
 */
final class Recorder implements AutoCloseable {
  enum Outcome {
    /** It was done, or a condition did not hold, and which of them is known. */
    OK,
    /** The answer says, or the lack of a connection does, that nothing was done. */
    REFUSED,
    UNKNOWN
  }

  private final Diary diary;
  private final BufferedWriter file;
  private final Map<String, Map<Outcome, Long>> counts = new TreeMap<>();

  /** Every value is written by one operation, so it has one version: a second is a second write. */
  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private long lastSuccess;
  private long longestWithoutSuccess;

  Recorder(Path path, Diary diary) throws IOException {
    this.file = Files.newBufferedWriter(path);
    this.diary = diary;
  }

  /**
   * Records an operation that has ended.
   *
   * @param kind what the client asked for, for the summary; in the history it is {@code op}
   * @param written the value it would write, which no other writes; null if none
   * @param result null, a value or a truth; of no meaning if the outcome is not OK
   */
  synchronized void record(
      String client,
      String kind,
      String key,
      String op,
      @Nullable Object argument,
      @Nullable String written,
      Outcome outcome,
      @Nullable Object result,
      long invoked) {
    counts.computeIfAbsent(kind, any -> new EnumMap<>(Outcome.class)).merge(outcome, 1L, Long::sum);
    long now = diary.now();
    if (outcome == Outcome.OK) {
      longestWithoutSuccess = Math.max(longestWithoutSuccess, now - lastSuccess);
      lastSuccess = now;
      if (written != null && !Boolean.FALSE.equals(result)) {
        acknowledged.add(written);
      }
    } else if (outcome == Outcome.REFUSED) {
      if (written != null) {
        refused.add(written);
      }
      return;
    }
    JsonObject line = new JsonObject().put("client", client).put("key", key).put("op", op);
    if (!op.equals("read")) {
      line.put("argument", argument);
    }
    line.put("result", outcome == Outcome.UNKNOWN ? "unknown" : result).put("invoked", invoked);
    if (outcome != Outcome.UNKNOWN) {
      line.put("returned", now);
    }
    try {
      file.write(line.encode());
      file.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The argument of a compare-and-set. */
  static JsonArray pair(@Nullable String expected, @Nullable String next) {
    return new JsonArray().add(expected).add(next);
  }

  /** A value was seen at a version, by whomever. */
  void seen(String value, long version, String where) {
    Long before = versions.putIfAbsent(value, version);
    if (before != null && before != version) {
      diary.wrong(
          "%s: %s is at version %d, and was at %d: it was written twice"
              .formatted(where, value, version, before));
    }
  }

  /** The time without a success ends here at the latest. */
  synchronized void beginOver() {
    lastSuccess = diary.now();
  }

  synchronized long operations() {
    return counts.values().stream()
        .flatMap(one -> one.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  synchronized long count(Outcome outcome) {
    return counts.values().stream().mapToLong(one -> one.getOrDefault(outcome, 0L)).sum();
  }

  synchronized Map<String, Map<Outcome, Long>> counts() {
    Map<String, Map<Outcome, Long>> copy = new TreeMap<>();
    counts.forEach((kind, one) -> copy.put(kind, Map.copyOf(one)));
    return copy;
  }

  synchronized Set<String> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  synchronized Set<String> refused() {
    return Set.copyOf(refused);
  }

  synchronized double longestSecondsWithoutSuccess() {
    return longestWithoutSuccess / 1e9;
  }

  synchronized void flush() throws IOException {
    file.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
