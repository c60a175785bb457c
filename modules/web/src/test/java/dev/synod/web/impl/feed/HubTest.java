package dev.synod.web.impl.feed;

import static dev.synod.fuzzing.Await.await;
import static dev.synod.web.ScriptedSynod.eventLoop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.WriteResult;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.ScriptedSynod;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubTest {
  private static final long ROOM = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final Hub hub = new Hub(vertx, synod);
  private final Context reader = eventLoop(vertx);
  private final LoopDispatcher loopDispatcher = new LoopDispatcher(reader);
  private final ReplicatedMap<Buffer> map = ReplicatedMap.of(synod, "m", Buffer.class);

  @AfterEach
  void close() {
    hub.stop();
    await(vertx.close());
  }

  private <T> T onMember(Supplier<T> action) {
    Promise<T> done = Promise.promise();
    synod.context().runOnContext(turn -> done.complete(action.get()));
    return await(done.future());
  }

  private void write(int from, int to, String value) {
    List<Future<WriteResult<Buffer>>> writes = new ArrayList<>();
    for (int i = from; i < to; i++) {
      writes.add(map.put("k%05d".formatted(i), Buffer.buffer(value + i)));
    }
    await(Future.all(writes));
  }

  @Test
  void namesThatReadersAskForLeaveNothingBehind() {
    List<Consumer<HubReply>> readers = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Consumer<HubReply> nothing =
          new Consumer<>() {
            @Override
            public void accept(HubReply reply) {}
          };
      readers.add(nothing);
      long from = i % 3 == 0 ? 1_000_000 + i : -1; // some wait for a slot that is to come
      hub.open(loopDispatcher, new HubRequest("name" + i, from, null, ROOM), from, 60_000, nothing);
    }
    assertThat(onMember(hub::held)).isGreaterThanOrEqualTo(3_000);
    for (int i = 0; i < readers.size(); i++) {
      long slot = i % 3 == 0 ? 1_000_000 + i : -1;
      hub.leave(loopDispatcher, "name" + i, slot, readers.get(i));
    }
    assertThat(onMember(hub::held)).isZero();
    MapMachine maps = synod.machine(MapMachine.NAME, MapMachine.class);
    assertThat(onMember(() -> maps.listened("name1"))).isFalse();
  }

  private HubReply read(long from, @Nullable String after) {
    Promise<HubReply> reply = Promise.promise();
    HubRequest request = new HubRequest("m", from, after, ROOM);
    hub.read(loopDispatcher, request, reply::complete);
    return await(reply.future());
  }

  @Test
  void aSnapshotThatManyChangesFollowIsBroughtForwardInPartsAndEndsAsTheMapIs() {
    write(0, 1_000, "old");
    TreeMap<String, Buffer> copy = new TreeMap<>();
    HubReply.Page page = (HubReply.Page) read(-1, null);
    int withoutEntries = 0;
    for (int pages = 1; ; pages++) {
      assertThat(page.first()).isEqualTo(pages == 1);
      page.patches()
          .forEach(
              change -> {
                if (change.value() == null) {
                  copy.remove(change.key());
                } else {
                  copy.put(change.key(), change.value());
                }
              });
      page.entries().forEach(entry -> copy.put(entry.key(), entry.value()));
      if (page.last()) {
        break;
      }
      withoutEntries += page.entries().isEmpty() ? 1 : 0;
      if (pages == 2) {
        write(0, 900, "new");
        write(0, 900, "newer");
        write(0, 900, "newest");
        await(map.remove("k00003"));
      }
      page = (HubReply.Page) read(page.slot(), copy.lastKey());
    }
    assertThat(withoutEntries).as("more changes than one turn reads").isPositive();
    TreeMap<String, Buffer> expected = new TreeMap<>();
    onMember(
            () ->
                synod
                    .machine(MapMachine.NAME, MapMachine.class)
                    .scan("m", "", null, 2_000)
                    .entries())
        .forEach(entry -> expected.put(entry.key(), entry.value()));
    assertThat(copy).isEqualTo(expected).doesNotContainKey("k00003");
    assertThat(page.slot())
        .isEqualTo(onMember(() -> synod.machine(MapMachine.NAME, MapMachine.class).slot()));
  }
}
