package dev.synod.data;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.data.map.MapEntry;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three members in one Vert.x. */
class ReplicatedMapGroupTest {
  record Order(String item, int count) {}

  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Vertx vertx = Vertx.vertx();
  private final List<Synod> members = new ArrayList<>();

  @BeforeEach
  void start() {
    for (String name : NAMES) {
      SynodOptions options =
          new SynodOptions()
              .setGroup("maps")
              .setMember(name)
              .setMembers(NAMES)
              .setMaxClients(1)
              .setDurability(Durability.MEMORY);
      members.add(await(Synod.start(vertx, options)));
    }
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private <V> ReplicatedMap<V> map(int member, Class<V> type) {
    return ReplicatedMap.of(members.get(member), "m", type);
  }

  @Test
  void aValueWithATimeToLiveEndsAtEveryMemberAndOthersStay() {
    ReplicatedMap<String> map = map(0, String.class);
    List<MapEvent<String>> seen = new CopyOnWriteArrayList<>();
    await(map(2, String.class).watch(0, seen::add));
    await(map.put("stays", "v"));
    await(map.withTimeToLive(300).put("ends", "v"));
    assertThat(await(map.withTimeToLive(60_000).putIfAbsent("ends", "w")).done()).isFalse();
    await(map.withTimeToLive(300).put("kept", "v"));
    await(map(1, String.class).put("kept", "w"));
    for (int member = 0; member < NAMES.size(); member++) {
      ReplicatedMap<String> there = map(member, String.class);
      await().until(() -> await(there.get("ends", ReadLevel.LOCAL)) == null);
    }
    assertThat(await(map.get("ends"))).isNull();
    assertThat(await(map.size(ReadLevel.LINEARIZABLE))).isEqualTo(2);
    assertThat(await(map.putIfAbsent("ends", "again")).done()).isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(seen.stream().map(MapEvent::toString))
                    .anyMatch(event -> event.contains("key=ends, value=null")));
    for (long millis : new long[] {0, -1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> map.withTimeToLive(millis))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("time to live of values of map 'm'");
    }
  }

  @Test
  void aWriteAtOneMemberIsReadAtEveryOther() {
    ReplicatedMap<Order> a = map(0, Order.class);
    ReplicatedMap<Order> b = map(1, Order.class);
    ReplicatedMap<Order> c = map(2, Order.class);
    for (int round = 0; round < 20; round++) {
      Order order = new Order("book", round);
      WriteResult<Order> writeResult = await(a.put("42", order));
      assertThat(await(b.get("42")))
          .isEqualTo(new MapEntry<>("42", order, writeResult.version(), writeResult.slot()));
      assertThat(await(c.get("42")).value()).isEqualTo(order);
    }
    assertThat(await(b.putIfAbsent("42", new Order("x", 0))).done()).isFalse();
    assertThat(await(c.replace("42", new Order("pen", 1))).previous())
        .isEqualTo(new Order("book", 19));
    long version = await(a.get("42")).version();
    assertThat(await(b.compareAndSet("42", version, new Order("pen", 2))).done()).isTrue();
    assertThat(await(c.compareAndSet("42", version, new Order("pen", 3))))
        .matches(lost -> !lost.done() && lost.previous().count() == 2);
    await(c.put("43", new Order("ink", 1)));
    assertThat(await(a.entries("4", 9, ReadLevel.LINEARIZABLE)))
        .extracting(MapEntry::value)
        .containsExactly(new Order("pen", 2), new Order("ink", 1));
    assertThat(await(b.size(ReadLevel.LINEARIZABLE))).isEqualTo(2);
    assertThat(await(a.remove("42", version)).done()).isFalse();
    assertThat(await(a.remove("42")).previous()).isEqualTo(new Order("pen", 2));
    assertThat(await(b.get("42"))).isNull();
  }

  @Test
  void anApplicationThatIsNoMemberHasTheSameMaps() {
    ReplicatedMap<String> a = map(0, String.class);
    long first = await(a.put("k", "before")).slot();
    Synod client = await(Synod.client(vertx, new SynodOptions().setGroup("maps")));
    ReplicatedMap<String> outside = ReplicatedMap.of(client, "m", String.class);
    assertThat(await(outside.get("k", ReadLevel.notBefore(first))).value()).isEqualTo("before");

    Queue<String> seen = new ConcurrentLinkedQueue<>();
    await(outside.watch(first, event -> record(event, seen)));
    WriteResult<String> writeResult = await(outside.replace("k", "from outside"));
    assertThat(writeResult.previous()).isEqualTo("before");
    assertThat(await(map(1, String.class).get("k")).value()).isEqualTo("from outside");
    assertThat(await(outside.compareAndSet("k", writeResult.version(), "again")).done()).isTrue();
    assertThat(await(outside.compareAndSet("k", writeResult.version(), "late")).done()).isFalse();
    await(a.put("l", "inside"));
    assertThat(await(outside.size(ReadLevel.LINEARIZABLE))).isEqualTo(2);
    assertThat(await(outside.entries("", 9, ReadLevel.LINEARIZABLE)))
        .extracting(MapEntry::value)
        .containsExactly("again", "inside");
    await().untilAsserted(() -> assertThat(seen).hasSize(3));
    assertThat(String.join(" ", seen)).contains("from outside", "again", "inside");
    assertThatThrownBy(() -> await(outside.put("x".repeat(2_000), "v")))
        .isInstanceOf(SynodException.TooLarge.class);
    await(client.close());
  }

  @Test
  void countingByCompareAndSetLosesNothing() {
    List<Future<?>> counters = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      ReplicatedMap<Integer> map = map(member, Integer.class);
      for (int i = 0; i < 10; i++) {
        counters.add(increment(map, 0, 0));
      }
    }
    await(Future.all(counters));
    assertThat(await(map(0, Integer.class).get("n")).value()).isEqualTo(30);
  }

  private static Future<?> increment(ReplicatedMap<Integer> map, int known, long version) {
    return map.compareAndSet("n", version, known + 1)
        .compose(
            writeResult -> {
              if (writeResult.done()) {
                return Future.succeededFuture();
              }
              Integer current = writeResult.previous();
              return increment(map, current == null ? 0 : current, writeResult.version());
            });
  }

  @Test
  void transfersFromAllMembersLoseNothingAndNobodySeesHalfOfOne() {
    List<String> accounts = List.of("a", "b", "c");
    MapTransaction<Integer> open = new MapTransaction<>();
    for (String account : accounts) {
      open = open.ifAbsent(account).thenPut(account, 100);
    }
    assertThat(await(map(0, Integer.class).transact(open)).succeeded()).isTrue();
    assertThat(await(map(1, Integer.class).transact(open)).succeeded()).isFalse();
    Queue<Integer> sums = new ConcurrentLinkedQueue<>();
    List<Future<?>> transfers = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      ReplicatedMap<Integer> map = map(member, Integer.class);
      Map<String, Integer> copy = new HashMap<>();
      await(
          map.watch(
              0,
              event -> {
                event.applyTo(copy);
                sums.add(copy.values().stream().mapToInt(Integer::intValue).sum());
              }));
      for (int i = 0; i < 10; i++) {
        transfers.add(transfer(map, accounts.get(i % 3), accounts.get((i + 1 + i % 2) % 3)));
      }
    }
    await(Future.all(transfers));
    await(map(1, Integer.class).put("a", 1_000_000));
    await().until(() -> sums.stream().filter(sum -> sum > 300).count() == 3);
    assertThat(sums).hasSize(3 * 32).allMatch(sum -> sum == 300 || sum > 1_000_000);
    assertThat(await(map(2, Integer.class).getAll(accounts, ReadLevel.LINEARIZABLE)))
        .containsOnlyKeys(accounts);
    assertThat(await(map(2, Integer.class).removePrefix(""))).isEqualTo(3);
    assertThat(await(map(0, Integer.class).getAll(accounts, ReadLevel.LINEARIZABLE))).isEmpty();
  }

  private static Future<?> transfer(ReplicatedMap<Integer> map, String from, String to) {
    return map.getAll(List.of(from, to), ReadLevel.LINEARIZABLE)
        .compose(
            held -> {
              MapEntry<Integer> source = held.get(from);
              MapEntry<Integer> target = held.get(to);
              return map.transact(
                  new MapTransaction<Integer>()
                      .ifVersion(from, source.version())
                      .ifVersion(to, target.version())
                      .thenPut(from, source.value() - 1)
                      .thenPut(to, target.value() + 1));
            })
        .compose(result -> result.succeeded() ? Future.succeededFuture() : transfer(map, from, to));
  }

  @Test
  void watchesAtAllMembersSeeTheSameChangesInTheSameOrder() {
    List<Queue<String>> seen = new ArrayList<>();
    List<Future<?>> writes = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      Queue<String> here = new ConcurrentLinkedQueue<>();
      seen.add(here);
      await(map(member, String.class).watch(0, event -> record(event, here)));
      ReplicatedMap<String> map = map(member, String.class);
      for (int i = 0; i < 300; i++) {
        String key = "k" + i % 7;
        writes.add(i % 5 == 4 ? map.remove(key) : map.put(key, member + "." + i));
      }
    }
    await(Future.all(writes));
    long done =
        writes.stream().map(Future::result).filter(w -> ((WriteResult<?>) w).done()).count();
    for (Queue<String> here : seen) {
      await().until(() -> here.size() >= done);
      assertThat(here).hasSize((int) done).containsExactlyElementsOf(seen.get(0));
    }
    List<String> hashes = new ArrayList<>();
    await()
        .until(
            () -> {
              hashes.clear();
              members.forEach(member -> hashes.add(await(member.status()).hash()));
              return hashes.stream().distinct().count() == 1;
            });
  }

  private static void record(MapEvent<String> event, Queue<String> seen) {
    if (event instanceof MapEvent.Changes<String> changes) {
      changes.changes().forEach(change -> seen.add(event.slot() + " " + change));
    } else {
      seen.add("a snapshot, which nobody should need here");
    }
  }

  @Test
  void aWatchEndsWithItsMemberAndGoesOnAtAnother() {
    Map<String, String> copy = new HashMap<>();
    Watch first = await(map(2, String.class).watch(0, event -> event.applyTo(copy)));
    await(map(0, String.class).put("k", "1"));
    await().until(() -> first.slot() > 0);
    await(members.get(2).close());
    assertThatThrownBy(() -> await(first.ended()))
        .isInstanceOf(SynodException.Closed.class)
        .hasMessageContaining(
            "member 'c' was closed; continue to watch map 'm' from slot " + first.slot());
    await(map(0, String.class).put("l", "2"));
    Queue<Long> slots = new ConcurrentLinkedQueue<>();
    Future<Watch> second =
        map(1, String.class)
            .watch(
                first.slot(),
                event -> {
                  event.applyTo(copy);
                  slots.add(event.slot());
                });
    await().until(() -> !slots.isEmpty());
    assertThat(await(second).slot()).isGreaterThan(first.slot());
    assertThat(copy).isEqualTo(Map.of("k", "1", "l", "2"));
  }
}
