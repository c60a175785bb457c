package dev.synod.data;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.storage.config.Durability;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Growth is bounded, and who was away comes back, while a group with real files is written to.
 *
 * <p>In the ordinary build with small files and few commands. {@code -Dsynod.overwrites=10000000}
 * and {@code -Dsynod.away=1000000} are so many commands, with the default sizes.
 */
class GrowthTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final long OVERWRITES = Long.getLong("synod.overwrites", 0);
  private static final long AWAY = Long.getLong("synod.away", 0);
  private static final int KEYS = 1_000;
  private static final int UNDER_WAY = 4_000;

  @TempDir private Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Synod> members = new HashMap<>();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void start(String name, boolean small) {
    SynodOptions options =
        new SynodOptions()
            .setGroup("growth")
            .setMember(name)
            .setMembers(NAMES)
            .setDataDirectory(directory.resolve(name).toString())
            .setDurability(Durability.PAGE_CACHE);
    if (small) {
      options
          .setMaxValueBytes(10_000)
          .setSegmentBytes(256 << 10)
          .setSnapshotLogBytes(512 << 10)
          .setRetainedLogBytes(128 << 10);
    }
    members.put(name, await(Synod.start(vertx, options)));
  }

  private Synod member(String name) {
    Synod member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException(name + " is not up");
    }
    return member;
  }

  private Status status(String name) {
    return await(member(name).status());
  }

  /** Overwrites the keys in turn, a window of commands at a time, until it was told so often. */
  private void overwrite(String at, long times) {
    Load load = new Load(member(at));
    for (long i = 0; i < times; i++) {
      load.one();
    }
    load.end();
  }

  private static final class Load {
    private final ReplicatedMap<String> map;
    private final Semaphore window = new Semaphore(UNDER_WAY);
    private final AtomicLong failed = new AtomicLong();
    private long written;

    Load(Synod member) {
      map = ReplicatedMap.of(member, "m", String.class);
    }

    void one() {
      window.acquireUninterruptibly();
      long number = written++;
      put("key" + number % KEYS, "the value that was written as number " + number);
    }

    private void put(String key, String value) {
      Future<WriteResult<String>> put = map.put(key, value);
      put.onComplete(
          done -> {
            if (done.cause() instanceof SynodException.Busy) {
              put(key, value);
              return;
            }
            if (done.failed()) {
              failed.incrementAndGet();
            }
            window.release();
          });
    }

    void end() {
      window.acquireUninterruptibly(UNDER_WAY);
      assertThat(failed).hasValue(0);
    }
  }

  private long bytes(String name) {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files.mapToLong(GrowthTest::length).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException deletedMeanwhile) {
      return 0;
    }
  }

  private static String mib(long bytes) {
    return "%.1f MiB".formatted(bytes / 1048576.0);
  }

  @Test
  void overwritingAFewKeysForEverTakesBoundedRoom_andTheRestartIsShort() {
    boolean small = OVERWRITES == 0;
    long overwrites = small ? 100_000 : OVERWRITES;
    NAMES.forEach(name -> start(name, small));
    long began = System.nanoTime();
    long largest = 0;
    for (int part = 0; part < 20; part++) {
      overwrite("a", overwrites / 20);
      largest = Math.max(largest, NAMES.stream().mapToLong(this::bytes).max().orElse(0));
    }
    long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
    Status before = status("a");
    await(member("a").close());
    long again = System.nanoTime();
    start("a", small);
    long restart = Duration.ofNanos(System.nanoTime() - again).toMillis();
    System.out.println(
        overwrites
            + " overwrites of "
            + KEYS
            + " keys in "
            + seconds
            + " s: at most "
            + mib(largest)
            + " in a directory, floor "
            + before.floor()
            + " of "
            + before.chosen()
            + ", restart in "
            + restart
            + " ms");
    assertThat(largest).isLessThan(small ? 4L << 20 : 512L << 20);
    assertThat(before.floor()).isPositive();
    assertThat(before.snapshot()).isGreaterThanOrEqualTo(before.floor());
    assertThat(restart).isLessThan(10_000);
    await().atMost(Duration.ofSeconds(30)).until(() -> status("a").applied() >= before.applied());
    sameEverywhere();
  }

  @Test
  void aMemberThatWasAwayForLongCatchesUpBySnapshotUnderLoad() throws InterruptedException {
    boolean small = AWAY == 0;
    long commands = small ? 20_000 : AWAY;
    NAMES.forEach(name -> start(name, small));
    overwrite("a", KEYS);
    await(member("c").close());
    long left = status("a").chosen();
    overwrite("a", commands);
    if (status("a").floor() <= left) {
      await(member("a").snapshot());
      await(member("b").snapshot());
    }
    AtomicBoolean caughtUp = new AtomicBoolean();
    Thread writing =
        new Thread(
            () -> {
              Load load = new Load(member("a"));
              while (!caughtUp.get()) {
                load.one();
              }
              load.end();
            });
    writing.start();
    long began = System.nanoTime();
    long target = status("a").chosen();
    start("c", small);
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> status("c").applied() >= target);
    } finally {
      caughtUp.set(true);
      writing.join();
    }
    System.out.println(
        "away for "
            + commands
            + " commands, back under load in "
            + Duration.ofNanos(System.nanoTime() - began).toMillis()
            + " ms");
    assertThat(status("c").floor()).as("it came by a snapshot").isGreaterThan(left);
    sameEverywhere();
  }

  private void sameEverywhere() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<Status> all = NAMES.stream().map(this::status).toList();
              return all.stream().map(Status::applied).distinct().count() == 1
                  && all.stream().map(Status::hash).distinct().count() == 1;
            });
  }
}
