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
import java.util.List;
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
  }

  @Test
  void aCommandThatTheMachineRefusesIsRejected() {
    byte[] foreign = command(MapCodec.PUT, "m", "", 0, "v");
    assertThatThrownBy(() -> await(member.submit(MapMachine.NAME, Buffer.buffer(foreign))))
        .isInstanceOf(SynodException.Rejected.class)
        .hasMessageContaining("the key is empty");
  }
}
