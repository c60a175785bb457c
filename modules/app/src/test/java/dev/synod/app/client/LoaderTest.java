package dev.synod.app.client;

import static dev.synod.fuzzing.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
  private final Vertx vertx = HttpCommand.vertx();
  private final Group group = new Group();

  @TempDir private Path directory;

  @AfterEach
  void close() throws InterruptedException {
    await(vertx.close());
  }

  /** Answers in an order of its own, and remembers what was under way together. */
  private final class Group implements Loader.Writer {
    private final Random random = new Random(7);
    private final Map<String, String> map = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private String poison = "";
    private int most;
    private long slot;

    @Override
    public Future<Long> put(String key, Buffer value) {
      if (!underWay.add(key)) {
        violations.add(key);
      }
      most = Math.max(most, underWay.size());
      Promise<Long> promise = Promise.promise();
      vertx.setTimer(
          1 + random.nextInt(5),
          timer -> {
            underWay.remove(key);
            if (key.equals(poison)) {
              promise.fail(new CommandFailure(ExitCode.DATA, "too large"));
              return;
            }
            map.put(key, value.toString());
            promise.complete(++slot);
          });
      return promise.future();
    }
  }

  private CommandFailure load(String text, int inFlight, AckLog acks) throws InterruptedException {
    LoadInput input = new LoadInput("in.tsv", new ByteArrayInputStream(text.getBytes(UTF_8)));
    CommandFailure failure =
        new Loader(vertx.getOrCreateContext(), group, acks, inFlight)
            .load(input, (bytes, keys) -> {});
    return failure == null ? new CommandFailure(ExitCode.DONE, "") : failure;
  }

  @Test
  void linesOfOneKeyAreWrittenOneAfterTheOtherSoThatTheLastWins() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("k").append(i % 7).append('\t').append(i).append('\n');
    }
    CommandFailure end = load(text.toString(), 16, AckLog.append(null));

    assertThat(end.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(group.violations).isEmpty();
    for (int i = 493; i < 500; i++) {
      assertThat(group.map).containsEntry("k" + i % 7, Integer.toString(i));
    }
  }

  @Test
  void manyAreUnderWayButNeverMoreThanAllowed() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("k").append(i).append("\tv\n");
    }
    load(text.toString(), 16, AckLog.append(null));

    assertThat(group.most).isBetween(2, 16);
    assertThat(group.map).hasSize(300);
  }

  @Test
  void whatWasAcknowledgedIsKeptInAFileWithItsSlot() throws Exception {
    Path out = Files.writeString(directory.resolve("acks"), "before\t0\n");
    try (AckLog acks = AckLog.append(out)) {
      load("a\t1\nb\t2\na\t3\n", 1, acks);
    }

    assertThat(Files.readAllLines(out)).containsExactly("before\t0", "a\t1", "b\t2", "a\t3");
  }

  @Test
  void aRefusedLineIsNamedAndNoFurtherOneIsBegun() throws Exception {
    group.poison = "k3";
    CommandFailure end = load("k1\tv\nk2\tv\nk3\tv\nk3\tw\nk4\tv\n", 1, AckLog.append(null));

    assertThat(end.exitCode()).isEqualTo(ExitCode.DATA);
    assertThat(end).hasMessage("in.tsv: line 3: key \"k3\": too large");
    assertThat(group.map).containsOnlyKeys("k1", "k2");
  }

  @Test
  void whatStandsBeforeABadLineIsWritten() throws Exception {
    CommandFailure end = load("a\t1\nb\t2\nbad\nc\t3\n", 4, AckLog.append(null));

    assertThat(end.exitCode()).isEqualTo(ExitCode.DATA);
    assertThat(end).hasMessageContaining("line 3");
    assertThat(group.map).containsOnlyKeys("a", "b");
  }
}
