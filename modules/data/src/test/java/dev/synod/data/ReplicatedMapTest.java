package dev.synod.data;

import static dev.synod.data.Replicas.command;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.ReadLevel;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicatedMapTest {
  private final Vertx vertx = Vertx.vertx();
  private final OneMember member =
      new OneMember(
          vertx,
          HistoryLimits.DEFAULT,
          new SynodOptions().setMaxKeyBytes(10).setMaxValueBytes(1000));
  private final ReplicatedMap<String> map = ReplicatedMap.of(member, "m", String.class);

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void eachOperationTellsWhatItDidAndWhatWasThere() {
    assertThat(await(map.get("k"))).isNull();
    assertThat(await(map.putIfAbsent("k", "a"))).isEqualTo(new WriteResult<>(true, 1, 1, null));
    assertThat(await(map.putIfAbsent("k", "b"))).isEqualTo(new WriteResult<>(false, 2, 1, "a"));
    assertThat(await(map.put("k", "b"))).isEqualTo(new WriteResult<>(true, 3, 2, null));
    assertThat(await(map.replace("k", "c"))).isEqualTo(new WriteResult<>(true, 4, 3, "b"));
    assertThat(await(map.replace("absent", "c"))).isEqualTo(new WriteResult<>(false, 5, 0, null));
    assertThat(await(map.compareAndSet("k", 2, "d")))
        .isEqualTo(new WriteResult<>(false, 6, 3, "c"));
    assertThat(await(map.compareAndSet("k", 3, "d"))).isEqualTo(new WriteResult<>(true, 7, 4, "c"));
    assertThat(await(map.get("k"))).isEqualTo(new MapEntry<>("k", "d", 4, 7));
    assertThat(await(map.remove("k", 3))).isEqualTo(new WriteResult<>(false, 8, 4, "d"));
    assertThat(await(map.remove("k", 4))).isEqualTo(new WriteResult<>(true, 9, 5, "d"));
    assertThat(await(map.remove("k"))).isEqualTo(new WriteResult<>(false, 10, 0, null));
    assertThat(await(map.size(ReadLevel.LOCAL))).isZero();
  }

  @Test
  void entriesComeByPrefixPageByPage() {
    for (String key : List.of("b2", "a", "b1", "b3", "c")) {
      await(map.put(key, "of " + key));
    }
    List<MapEntry<String>> first = await(map.entries("b", 2, ReadLevel.LOCAL));
    assertThat(first)
        .containsExactly(new MapEntry<>("b1", "of b1", 3, 3), new MapEntry<>("b2", "of b2", 1, 1));
    assertThat(await(map.entries("b", 2, "b2", ReadLevel.LINEARIZABLE)))
        .containsExactly(new MapEntry<>("b3", "of b3", 4, 4));
    assertThat(await(map.entries("", 9, ReadLevel.LOCAL))).hasSize(5);
    assertThat(await(map.size(ReadLevel.LINEARIZABLE))).isEqualTo(5);
    assertThat(await(ReplicatedMap.of(member, "n", String.class).entries("", 1, ReadLevel.LOCAL)))
        .isEmpty();
  }

  @Test
  void severalKeysAreReadAsOfOneSlot() {
    for (String key : List.of("b", "a", "c")) {
      await(map.put(key, "of " + key));
    }
    assertThat(await(map.getAll(List.of("c", "x", "a", "c"), ReadLevel.LINEARIZABLE)))
        .isEqualTo(
            Map.of("a", new MapEntry<>("a", "of a", 2, 2), "c", new MapEntry<>("c", "of c", 3, 3)))
        .satisfies(all -> assertThat(all.keySet()).containsExactly("a", "c"));
    assertThat(await(map.getAll(List.of(), ReadLevel.LOCAL))).isEmpty();
    assertThat(
            await(
                ReplicatedMap.of(member, "n", String.class).getAll(List.of("a"), ReadLevel.LOCAL)))
        .isEmpty();
    List<String> keys = IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toList();
    member.slot(
        keys.stream().map(key -> command(MapCodec.PUT, "m", key, 0, "1")).toArray(byte[][]::new));
    Future<Map<String, MapEntry<String>>> read = map.getAll(keys, ReadLevel.LOCAL);
    member.on(() -> true); // the entries are taken before the next slot, and read after it
    member.slot(command(MapCodec.PUT, "m", "k999", 0, "2"), Replicas.removePrefix("m", "k1"));
    assertThat(await(read).values())
        .hasSize(1_000)
        .allMatch(entry -> entry.slot() == 4 && entry.value().equals("1"));
    assertThat(await(map.getAll(keys, ReadLevel.LOCAL))).hasSize(1_000 - 111);
  }

  @Test
  void aPrefixIsRemovedByAsManyCommandsAsItNeeds() {
    assertThat(await(map.removePrefix(""))).isZero();
    int keys = 2 * MapCodec.MAX_REMOVED + 10;
    member.slot(
        IntStream.range(0, keys)
            .mapToObj(i -> command(MapCodec.PUT, "m", "k" + i, 0, "v"))
            .toArray(byte[][]::new));
    await(map.put("a", "1"));
    await(map.put("z", "1"));
    member.submitted.set(0);
    assertThat(await(map.removePrefix("k"))).isEqualTo(keys);
    assertThat(member.submitted).hasValue(3);
    assertThat(state()).containsExactly("a=1", "z=1");
    assertThat(await(map.removePrefix(""))).isEqualTo(2);
    assertThat(await(map.size(ReadLevel.LOCAL))).isZero();
  }

  @Test
  void aTransactionTellsItsBranchAndTheResultsOfItsOperations() {
    await(map.put("a", "1"));
    MapTransaction<String> swap =
        new MapTransaction<String>()
            .ifValue("a", "1")
            .ifPresent("a")
            .ifVersion("a", 1)
            .ifAbsent("b")
            .thenGet("a")
            .thenRemove("a")
            .thenPut("b", "1")
            .thenGet("b")
            .thenRemove("c")
            .elseGet("a")
            .elsePut("d", "2")
            .elseRemove("b");
    TransactionResult<String> first = await(map.transact(swap));
    assertThat(first)
        .isEqualTo(
            new TransactionResult<>(
                true,
                2,
                List.of(
                    new TransactionResult.Found<>(new MapEntry<>("a", "1", 1, 1)),
                    new WriteResult<>(true, 2, 2, "1"),
                    new WriteResult<>(true, 2, 3, null),
                    new TransactionResult.Found<>(new MapEntry<>("b", "1", 3, 2)),
                    new WriteResult<>(false, 2, 0, null))));
    assertThat(first.entry(0)).isEqualTo(new MapEntry<>("a", "1", 1, 1));
    assertThat(first.write(2).version()).isEqualTo(3);
    assertThatThrownBy(() -> first.entry(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operation 2 of the transaction is no get");
    assertThatThrownBy(() -> first.write(0)).hasMessageContaining("is no put or removal");
    TransactionResult<String> second = await(map.transact(swap));
    assertThat(second)
        .isEqualTo(
            new TransactionResult<>(
                false,
                3,
                List.of(
                    new TransactionResult.Found<>(null),
                    new WriteResult<>(true, 3, 4, null),
                    new WriteResult<>(true, 3, 5, "1"))));
    assertThat(second.entry(0)).isNull();
    assertThat(state()).containsExactly("d=2");
    assertThat(await(map.transact(new MapTransaction<>())))
        .isEqualTo(new TransactionResult<>(true, 4, List.of()));
  }

  @Test
  void putsOfATransactionLiveAsLongAsTheyOrTheirMapSay() {
    MapTransaction<String> puts =
        new MapTransaction<String>().thenPut("own", "v", 20).thenPut("map", "v");
    await(map.withTimeToLive(10).transact(puts));
    assertThat(member.on(() -> member.machine.nextDeadline(0))).isEqualTo(1 + 10);
    assertThat(member.on(() -> member.machine.nextDeadline(11))).isEqualTo(1 + 20);
    await(map.transact(puts));
    assertThat(member.on(() -> member.machine.nextDeadline(0))).isEqualTo(2 + 20);
    await(map.transact(new MapTransaction<String>().ifPresent("x").elsePut("else", "v", 1)));
    assertThat(member.on(() -> member.machine.nextDeadline(0))).isEqualTo(3 + 1);
  }

  @Test
  void aTransactionThatIsWrongOrTooLargeIsNotSubmitted() {
    MapTransaction<String> none = new MapTransaction<>();
    assertWrong(map.transact(none.thenGet("")), "a key of map 'm' is empty");
    assertWrong(map.transact(none.ifPresent("\uDE00")), "an unpaired surrogate");
    assertWrong(map.transact(none.ifVersion("k", -1)), "at least 0");
    assertWrong(map.transact(none.elsePut("k", "v", -1)), "is -1 ms, but must be 1 to");
    assertWrong(
        map.transact(none.thenPut("k", "v").thenGet("k").thenRemove("k")),
        "key 'k' of map 'm' is written twice by the operations of 'then'");
    assertWrong(
        map.transact(none.elsePut("k", "v").elsePut("k", "v")), "the operations of 'otherwise'");
    assertTooLarge(map.transact(none.thenRemove("12345678901")), "has 11 bytes");
    assertTooLarge(map.transact(none.ifValue("k", "v".repeat(1001))), "has 1001 bytes");
    MapTransaction<String> largest = none;
    for (int i = 0; i < 128; i++) {
      largest = largest.ifAbsent("k" + i).thenPut("k" + i, "v").elseRemove("k" + i);
    }
    for (MapTransaction<String> larger :
        List.of(largest.ifAbsent("k"), largest.thenGet("k"), largest.elseGet("k"))) {
      assertTooLarge(map.transact(larger), "a transaction on map 'm' has 129");
    }
    assertTooLarge(
        map.getAll(Collections.nCopies(1_001, "k"), ReadLevel.LOCAL),
        "1001 keys of map 'm' are requested, but at most 1000 are allowed");
    assertWrong(map.getAll(List.of("k", ""), ReadLevel.LOCAL), "is empty");
    assertTooLarge(map.removePrefix("12345678901"), "the prefix has 11 bytes");
    assertTooLarge(map.watch("12345678901", 0, event -> {}), "the prefix has 11 bytes");
    assertWrong(map.watchKey("", 0, event -> {}), "is empty");
    assertThat(member.submitted).hasValue(0);
    assertThat(await(map.transact(largest)).results()).hasSize(128);
  }

  @Test
  void aTransactionIsLimitedByTheSizeOfACommand() {
    OneMember small =
        new OneMember(vertx, HistoryLimits.DEFAULT, new SynodOptions().setMaxCommandBytes(1_000));
    ReplicatedMap<String> map = ReplicatedMap.of(small, "m", String.class);
    MapTransaction<String> half = new MapTransaction<String>().thenPut("a", "v".repeat(490));
    assertThat(await(map.transact(half)).succeeded()).isTrue();
    assertTooLarge(
        map.transact(half.elsePut("a", "v".repeat(490))),
        "a transaction on map 'm' has more than 1000 bytes");
    assertThat(small.submitted).hasValue(1);
  }

  @Test
  void resultsThatTheMachineRefusesFailTheTransaction() {
    OneMember large =
        new OneMember(vertx, HistoryLimits.DEFAULT, new SynodOptions().setMaxValueBytes(12 << 20));
    ReplicatedMap<String> map = ReplicatedMap.of(large, "m", String.class);
    String half = "v".repeat((8 << 20) + 1);
    await(map.put("a", half));
    await(map.put("b", half));
    assertThatThrownBy(
            () ->
                await(
                    map.transact(
                        new MapTransaction<String>().thenPut("c", "v").thenGet("a").thenGet("b"))))
        .isInstanceOf(SynodException.Rejected.class)
        .hasMessageContaining("the results of the transaction have 16777218 bytes");
    assertThat(await(map.size(ReadLevel.LOCAL))).isEqualTo(2);
    assertTooLarge(
        map.transact(new MapTransaction<String>().thenPut("a", half).elsePut("a", half)),
        "more than 16777216 bytes");
  }

  @Test
  void anEmptyValueIsAValue() {
    await(map.put("k", ""));
    assertThat(await(map.get("k"))).isEqualTo(new MapEntry<>("k", "", 1, 1));
    assertThat(await(map.putIfAbsent("k", "a"))).isEqualTo(new WriteResult<>(false, 2, 1, ""));
  }

  @Test
  void whatIsTooLargeIsNamedWithItsLimitAndNothingHappens() {
    assertTooLarge(
        map.put("12345678901", "v"),
        "key '12345678901' of map 'm' has 11 bytes, but at most 10 are allowed"
            + " (SynodOptions.maxKeyBytes)");
    assertTooLarge(map.get("ééééé+"), "has 11 bytes");
    assertTooLarge(map.entries("12345678901", 1, ReadLevel.LOCAL), "the prefix has 11 bytes");
    assertTooLarge(
        map.put("k", "v".repeat(1001)),
        "the value of key 'k' of map 'm' has 1001 bytes, but at most 1000 are allowed"
            + " (SynodOptions.maxValueBytes)");
    assertThat(member.submitted).hasValue(0);
    assertThat(await(map.put("1234567890", "v".repeat(1000))).done()).isTrue();
  }

  private static void assertTooLarge(Future<?> future, String message) {
    assertThatThrownBy(() -> await(future))
        .isInstanceOf(SynodException.TooLarge.class)
        .hasMessageContaining(message);
  }

  private List<String> state() {
    return member.on(
        () ->
            member.machine.scan("m", "", null, 10_000).entries().stream()
                .map(entry -> entry.key() + "=" + entry.value())
                .toList());
  }

  @Test
  void manyEntriesAreOfOneSlotThoughTheyAreReadInSlicesWhileOthersWrite() {
    int keys = 4 * ViewReader.SLICE + 1;
    member.slot(
        IntStream.range(0, keys)
            .mapToObj(i -> Replicas.command(MapCodec.PUT, "m", "k" + i, 0, "old"))
            .toArray(byte[][]::new));
    Future<List<MapEntry<String>>> read = map.entries("", 2 * keys, ReadLevel.LOCAL);
    List<List<String>> states = new ArrayList<>();
    states.add(state());
    for (int i = 0; i < keys; i += 3) {
      member.slot(
          Replicas.command(MapCodec.PUT, "m", "k" + i, 0, "new"),
          Replicas.command(MapCodec.REMOVE, "m", "k" + (i + 1), 0, ""),
          Replicas.command(MapCodec.PUT, "m", "l" + i, 0, "new"));
      states.add(state());
    }
    assertThat(states)
        .contains(await(read).stream().map(entry -> entry.key() + "=" + entry.value()).toList());
    assertThat(await(map.entries("l", keys, ReadLevel.LOCAL))).hasSize((keys + 2) / 3);
  }

  @Test
  void anAnswerThatWouldBeTooLargeIsRefusedAndNeverCutInSilence() {
    byte[] large =
        Replicas.unaddressed(
            MapCodec.write(
                Replicas.utf8("m"),
                new MapCodec.Part(
                    MapCodec.PUT,
                    Replicas.utf8("a"),
                    0,
                    0,
                    Buffer.buffer(new byte[ReplicatedMapImpl.MAX_BYTES / 2]))));
    member.slot(large);
    large[large.length - ReplicatedMapImpl.MAX_BYTES / 2 - 1] = 'b';
    member.slot(large);
    assertTooLarge(map.entries("", 2, ReadLevel.LOCAL), "use a smaller limit");
    assertThat(await(ReplicatedMap.of(member, "m", Buffer.class).entries("", 1, ReadLevel.LOCAL)))
        .hasSize(1);
  }

  @Test
  void wrongArgumentsEndTheFutureAndSayWhy() {
    assertWrong(map.put("", "v"), "a key of map 'm' is empty");
    assertWrong(map.put("half\uD83D", "v"), "an unpaired surrogate");
    assertWrong(map.put("\uDE00", "v"), "an unpaired surrogate");
    assertWrong(map.compareAndSet("k", -1, "v"), "at least 0");
    assertWrong(map.remove("k", 0), "at least 1");
    assertWrong(map.entries("", 0, ReadLevel.LOCAL), "at least 1");
    assertWrong(map.watch(-1, event -> {}), "from slot -1");
    assertThatThrownBy(() -> ReplicatedMap.of(member, "", String.class))
        .hasMessageContaining("1 to 128 characters");
    assertThatThrownBy(() -> ReplicatedMap.of(member, "n".repeat(129), String.class))
        .hasMessageContaining("has 129");
    assertThat(member.submitted).hasValue(0);
    assertThat(await(map.put("\uD83D\uDE00", "v")).done()).isTrue();
  }

  private static void assertWrong(Future<?> future, String message) {
    assertThatThrownBy(() -> await(future))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aValueOfAnotherTypeIsAnErrorThatDoesNotHideTheWrite() {
    await(map.put("k", "text"));
    ReplicatedMap<Integer> numbers = ReplicatedMap.of(member, "m", Integer.class);
    assertThatThrownBy(() -> await(numbers.get("k")))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("key 'k' in map 'm' cannot be decoded: not of type Integer: 'text'");
    assertThatThrownBy(() -> await(numbers.replace("k", 5)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("the write was done at slot 2");
    assertThat(await(numbers.get("k"))).isEqualTo(new MapEntry<>("k", 5, 2, 2));
    await(map.put("k", "text"));
    assertThatThrownBy(
            () ->
                await(numbers.transact(new MapTransaction<Integer>().thenGet("k").thenPut("l", 6))))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("the operations of 'then' ran at slot 4")
        .hasMessageContaining("key 'k' in map 'm' cannot be decoded");
    assertThat(await(numbers.get("l")).value()).isEqualTo(6);
  }

  @Test
  void aCommandThatTheMachineRefusesIsRejected() {
    byte[] foreign = command(MapCodec.PUT, "m", "", 0, "v");
    assertThatThrownBy(() -> await(member.submit(MapMachine.NAME, Buffer.buffer(foreign))))
        .isInstanceOf(SynodException.Rejected.class)
        .hasMessageContaining("the key is empty");
  }
}
