package dev.synod.web.impl.feed;

import static dev.synod.fuzzing.Await.await;
import static dev.synod.web.ScriptedSynod.eventLoop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.ScriptedSynod;
import dev.synod.web.impl.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopDispatcherTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod =
      new ScriptedSynod(vertx, new HistoryLimits(10_000, 64 << 20, 64 << 20));
  private final Hub hub = new Hub(vertx, synod);

  @AfterEach
  void close() {
    hub.stop();
    await(vertx.close());
  }

  /** Has room for everything, and notes the frames. */
  private static final class Notes extends FeedOutlet {
    final List<FeedFrame> feedFrames = new CopyOnWriteArrayList<>();

    Notes() {
      super(1L << 30, false, new Meter());
    }

    @Override
    Future<Void> write(FeedFrame feedFrame) {
      feedFrames.add(feedFrame);
      return Future.succeededFuture();
    }

    @Override
    void ok(Watcher watcher, String mode, @Nullable String reason, long index) {}

    @Override
    void no(Watcher watcher, Problem problem, String message) {
      throw new AssertionError(message);
    }

    @Override
    void tooSlow() {
      throw new AssertionError("it has room");
    }

    @Override
    void end() {}

    @Override
    void askAgain() {}

    @Override
    void freed() {}

    long reached() {
      return feedFrames.isEmpty() ? -1 : feedFrames.get(feedFrames.size() - 1).index;
    }
  }

  private Notes watch(Context context) {
    Notes notes = new Notes();
    context.runOnContext(
        nothing ->
            new Watcher(
                    1,
                    "m",
                    ClientFrame.Policy.RESUME,
                    Position.of(-1, null, ""),
                    notes,
                    new LoopDispatcher(context),
                    hub)
                .open(-1, 0));
    await().until(() -> notes.reached() >= 0);
    return notes;
  }

  @Test
  void anEventLoopThatFallsFarBehindLosesNoChangeNotEvenBeforeAMark() throws Exception {
    hub.start(20);
    Context stuck = eventLoop(vertx);
    Notes slow = watch(stuck);
    Notes quick = watch(eventLoop(vertx));
    CountDownLatch latch = new CountDownLatch(1);
    stuck.runOnContext(
        nothing -> {
          try {
            latch.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    // One more than a desk holds, so that all are dropped; then a slot of another map, and its
    // mark.
    Buffer value = Buffer.buffer("x".repeat(50_000));
    int changes = (int) (LoopDispatcher.LIMIT / value.length());
    for (int i = 0; i <= changes; i++) {
      await(ReplicatedMap.of(synod, "m", Buffer.class).put("k", value));
    }
    long other =
        await(ReplicatedMap.of(synod, "x", Buffer.class).put("k", Buffer.buffer(1))).slot();
    await().until(() -> quick.reached() == other);
    latch.countDown();
    await().until(() -> slow.reached() == other);
    List<Long> indices = new ArrayList<>();
    slow.feedFrames.stream().filter(f -> f.type.equals("chg")).forEach(f -> indices.add(f.index));
    assertThat(indices).hasSize(changes + 1).isSorted().doesNotHaveDuplicates();
  }
}
