package dev.synod.data;

import static dev.synod.data.Replicas.command;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.DecodeException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final Vertx vertx = Vertx.vertx();
  private final OneMember member =
      new OneMember(vertx, new HistoryLimits(4, 1 << 20, 1 << 20), new SynodOptions());
  private final ReplicatedMap<String> map = ReplicatedMap.of(member, "m", String.class);
  private final Context caller = ((VertxInternal) vertx).createEventLoopContext();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static byte[] put(String key, String value) {
    return command(MapCodec.PUT, "m", key, 0, value);
  }

  private static byte[] remove(String key) {
    return command(MapCodec.REMOVE, "m", key, 0, "");
  }

  private <T> Future<T> onCaller(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    caller.runOnContext(turn -> action.get().onComplete(promise));
    return promise.future();
  }

  private static String shown(MapEvent<String> event) {
    if (event instanceof MapEvent.Snapshot<String> all) {
      return all.slot()
          + " all "
          + all.entries().stream().map(e -> e.key() + "=" + e.value() + "@" + e.version()).toList();
    }
    MapEvent.Changes<String> some = (MapEvent.Changes<String>) event;
    return some.slot()
        + " "
        + some.changes().stream().map(c -> c.key() + "=" + c.value() + "@" + c.version()).toList();
  }

  private void show(MapEvent<String> event) {
    assertThat(Vertx.currentContext()).isSameAs(caller);
    seen.add(shown(event));
  }

  private void sees(String... events) {
    await().untilAsserted(() -> assertThat(seen).containsExactly(events));
  }

  /** Waits until the watches have asked for what follows the events so far. */
  private void settle() {
    await(onCaller(Future::succeededFuture));
    member.on(() -> true);
  }

  @Test
  void replaysWhatChangedSinceAndGoesOnLive() {
    member.slot(put("a", "1"));
    member.slot(put("b", "1"), put("b", "2"));
    Watch watch =
        await(
            onCaller(
                () ->
                    map.watch(1, this::show)
                        .onSuccess(begun -> seen.add("begun at " + begun.slot()))));
    member.slot(remove("a"));
    sees("begun at 1", "2 [b=1@2, b=2@3]", "3 [a=null@4]");
    assertThat(watch.slot()).isEqualTo(3);
  }

  @Test
  void beginsWithTheWholeMapIfTheHistoryIsTooShort() {
    for (int i = 1; i <= 6; i++) {
      member.slot(put("k" + i % 2, "" + i));
    }
    await(onCaller(() -> map.watch(1, this::show)));
    member.slot(put("k0", "7"));
    sees("6 all [k0=6@6, k1=5@5]", "7 [k0=7@7]");
  }

  @Test
  void aWatcherThatIsTooSlowGetsTheWholeMapInsteadOfAQueue() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch freed = new CountDownLatch(1);
    await(
        onCaller(
            () ->
                map.watch(
                    0,
                    event -> {
                      show(event);
                      busy.countDown();
                      try {
                        freed.await();
                      } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                      }
                    })));
    member.slot(put("a", "1"));
    busy.await();
    for (int i = 2; i <= 10; i++) {
      member.slot(put("a", "" + i));
    }
    freed.countDown();
    sees("1 [a=1@1]", "10 all [a=10@10]");
  }

  @Test
  void aWatchOfAPrefixAndOneOfAKeyReplayAndGoOnWithTheirKeysOnly() {
    member.slot(put("a", "1"));
    member.slot(put("b", "1"), put("b1", "2"), put("a", "2"), put("c", "3"));
    await(onCaller(() -> map.watch("b", 1, this::show)));
    sees("2 [b=1@2, b1=2@3]");
    Watch watch = await(onCaller(() -> map.watchKey("b", 1, this::show)));
    sees("2 [b=1@2, b1=2@3]", "2 [b=1@2]");
    settle();
    member.slot(put("bb", "4"));
    member.slot(put("a", "5"), put("c", "5"));
    member.slot(remove("b"));
    await().until(() -> watch.slot() == 5);
    sees("2 [b=1@2, b1=2@3]", "2 [b=1@2]", "3 [bb=4@6]", "5 [b=null@9]", "5 [b=null@9]");
  }

  @Test
  void aWatchOfAKeyBeginsWithItsEntryAloneIfTheHistoryIsTooShort() {
    for (int i = 1; i <= 6; i++) {
      member.slot(put("k" + i % 2, "" + i), put("l", "" + i));
    }
    await(onCaller(() -> map.watchKey("k0", 1, this::show)));
    sees("6 all [k0=6@11]");
    await(onCaller(() -> map.watch("k", 1, this::show)));
    sees("6 all [k0=6@11]", "6 all [k0=6@11, k1=5@9]");
    await(onCaller(() -> map.watchKey("absent", 1, this::show)));
    sees("6 all [k0=6@11]", "6 all [k0=6@11, k1=5@9]", "6 all []");
  }

  @Test
  void changesOfOtherKeysDoNotLeaveAWatchBehindTheHistory() {
    Watch watch = await(onCaller(() -> map.watchKey("a", 0, this::show)));
    await(onCaller(() -> map.watch("a", 0, this::show)));
    for (int i = 1; i <= 10; i++) {
      member.slot(put("b", "" + i));
    }
    member.slot(put("a", "1"));
    sees("11 [a=1@11]", "11 [a=1@11]");
    assertThat(watch.slot()).isEqualTo(11);
    for (int i = 1; i <= 10; i++) {
      member.slot(put("b", "" + i));
    }
    member.slot(remove("a"));
    sees("11 [a=1@11]", "11 [a=1@11]", "22 [a=null@22]", "22 [a=null@22]");
  }

  @Test
  void aSlowWatcherOfAKeyGetsAllEntriesOnlyIfItMissedAChangeOfTheKey() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch freed = new CountDownLatch(1);
    await(
        onCaller(
            () ->
                map.watchKey(
                    "a",
                    0,
                    event -> {
                      show(event);
                      busy.countDown();
                      try {
                        freed.await();
                      } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                      }
                    })));
    member.slot(put("a", "1"));
    busy.await();
    for (int i = 2; i <= 10; i++) {
      member.slot(put("b", "" + i));
    }
    member.slot(put("a", "11"));
    freed.countDown();
    sees("1 [a=1@1]", "11 [a=11@11]");
    settle();
    CountDownLatch again = new CountDownLatch(1);
    caller.runOnContext(
        turn -> {
          try {
            again.await();
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
        });
    member.slot(put("a", "12"));
    member.slot(put("a", "13"));
    for (int i = 14; i <= 20; i++) {
      member.slot(put("b", "" + i));
    }
    again.countDown();
    sees("1 [a=1@1]", "11 [a=11@11]", "12 [a=12@12]", "20 all [a=13@13]");
  }

  @Test
  void aLongHistoryIsReadInPartsToItsEnd() {
    OneMember patient = new OneMember(vertx, HistoryLimits.DEFAULT, new SynodOptions());
    ReplicatedMap<String> there = ReplicatedMap.of(patient, "m", String.class);
    byte[] ofA = put("a", "1");
    patient.slot(ofA);
    for (int i = 0; i < 5_000; i++) {
      patient.slot(put("b", "" + i));
    }
    patient.slot(ofA);
    await(onCaller(() -> there.watchKey("a", 0, this::show)));
    sees("1 [a=1@1]", "5002 [a=1@5002]");
    int slots = 2 * ViewReader.SLICE + 1;
    for (int i = 0; i < slots; i++) {
      patient.slot(ofA);
    }
    await(onCaller(() -> there.watch(5_002, this::show)));
    await().untilAsserted(() -> assertThat(seen).hasSize(2 + 2 * slots));
  }

  @Test
  void aTransactionIsOneEvent() {
    await(onCaller(() -> map.watch(0, this::show)));
    await(
        map.transact(
            new MapTransaction<String>().thenPut("a", "1").thenPut("b", "2").thenRemove("c")));
    await(map.removePrefix(""));
    sees("1 [a=1@1, b=2@2]", "2 [a=null@3, b=null@4]");
  }

  @Test
  void aMemberThatWasGivenASnapshotGivesOnWhatAWatchIsAbout() {
    await(onCaller(() -> map.watchKey("b", 0, this::show)));
    member.slot(put("a", "1"));
    MapMachine ahead = new MapMachine();
    Replicas.put(ahead, 8, "m", "a", "2");
    Replicas.put(ahead, 9, "m", "b", "2");
    byte[] snapshot = Replicas.snapshot(ahead);
    member.on(
        () -> {
          Replicas.restore(member.machine, snapshot);
          return true;
        });
    member.slot(put("b", "3"));
    sees("9 all [b=2@2]", "10 [b=3@3]");
  }

  @Test
  void aMemberThatWasGivenASnapshotGivesItOn() {
    await(onCaller(() -> map.watch(0, this::show)));
    member.slot(put("a", "1"));
    sees("1 [a=1@1]");
    MapMachine ahead = new MapMachine();
    Replicas.put(ahead, 9, "m", "b", "2");
    byte[] snapshot = Replicas.snapshot(ahead);
    member.on(
        () -> {
          Replicas.restore(member.machine, snapshot);
          return true;
        });
    member.slot(put("c", "3"));
    sees("1 [a=1@1]", "9 all [b=2@1]", "10 [c=3@2]");
  }

  @Test
  void aMemberThatIsBehindCatchesUpFirst() {
    member.catchUp =
        () -> {
          Replicas.put(member.machine, 1, "m", "a", "1");
          Replicas.put(member.machine, 2, "m", "b", "2");
          Replicas.put(member.machine, 3, "m", "c", "3");
        };
    await(onCaller(() -> map.watch(2, this::show)));
    sees("3 [c=3@3]");
  }

  @Test
  void aSlotThatIsNotDecidedIsRefused() {
    member.slot(put("a", "1"));
    assertThatThrownBy(() -> await(onCaller(() -> map.watch(5, this::show))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from slot 5: the group has decided only 1 slots");
  }

  @Test
  void nothingComesAfterClose() {
    member.slot(put("a", "1"));
    member.slot(put("b", "2"));
    Promise<Watch> begun = Promise.promise();
    await(
        onCaller(
            () ->
                map.watch(
                        0,
                        event -> {
                          show(event);
                          // In the midst of a batch: what waits behind is not handed over.
                          begun.future().result().close();
                        })
                    .onComplete(begun)));
    await(begun.future());
    Watch watch = begun.future().result();
    await(watch.ended());
    await(watch.close());
    member.slot(put("c", "3"));
    await(onCaller(Future::succeededFuture));
    sees("1 [a=1@1]");
    assertThat(watch.slot()).isEqualTo(1);
    assertThat(member.on(() -> member.machine.listened("m"))).isFalse();
    Watch ofKey = await(onCaller(() -> map.watchKey("c", 3, this::show)));
    Watch ofPrefix = await(onCaller(() -> map.watch("c", 3, this::show)));
    await(ofKey.close());
    assertThat(member.on(() -> member.machine.listened("m"))).isTrue();
    await(ofPrefix.close());
    member.slot(put("c", "4"));
    await(onCaller(Future::succeededFuture));
    sees("1 [a=1@1]");
    assertThat(member.on(() -> member.machine.listened("m"))).isFalse();
  }

  @Test
  void whatAHandlerThrowsGoesToItsContextAndTheWatchGoesOn() {
    caller.exceptionHandler(thrown -> seen.add(String.valueOf(thrown.getMessage())));
    await(
        onCaller(
            () ->
                map.watch(
                    0,
                    event -> {
                      throw new IllegalStateException("at " + event.slot());
                    })));
    member.slot(put("a", "1"));
    member.slot(put("a", "2"));
    sees("at 1", "at 2");
  }

  @Test
  void aValueThatCannotBeReadEndsTheWatchAndSaysWhich() {
    Watch watch =
        await(onCaller(() -> ReplicatedMap.of(member, "m", Integer.class).watch(0, event -> {})));
    member.slot(put("a", "1"));
    member.slot(put("b", "one"));
    assertThatThrownBy(() -> await(watch.ended()))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("key 'b' in map 'm'");
    assertThat(watch.slot()).isEqualTo(1);
    assertThat(member.on(() -> member.machine.listened("m"))).isFalse();
  }

  @Test
  void aWatchEndsWithTheVerticleThatStartedIt() {
    Promise<Watch> watch = Promise.promise();
    String id =
        await(
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return map.watch(0, event -> seen.add(shown(event))).onComplete(watch);
                  }
                }));
    member.slot(put("a", "1"));
    sees("1 [a=1@1]");
    await(vertx.undeploy(id));
    await(watch.future().result().ended());
    assertThat(member.on(() -> member.machine.listened("m"))).isFalse();
  }

  @Test
  void applyToKeepsACopy() {
    var copy = new java.util.TreeMap<String, String>(java.util.Map.of("old", "x"));
    new MapEvent.Snapshot<>(1, List.of(new MapEntry<>("a", "1", 1, 1))).applyTo(copy);
    new MapEvent.Changes<>(
            2,
            List.of(
                new MapEvent.ValueChange<>("b", "2", 2), new MapEvent.ValueChange<>("a", null, 3)))
        .applyTo(copy);
    assertThat(copy).containsExactly(java.util.Map.entry("b", "2"));
  }
}
