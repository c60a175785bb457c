package dev.synod.data.machine;

import static dev.synod.data.Replicas.apply;
import static dev.synod.data.Replicas.command;
import static dev.synod.data.Replicas.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import dev.synod.data.Replicas;
import dev.synod.data.Replicas.Result;
import dev.synod.data.map.Change;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.Scan;
import dev.synod.data.map.SlotChanges;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MapMachineTest {
  private final MapMachine machine = new MapMachine();
  private long slot;

  private Result run(byte kind, String key, long version, String value) {
    Result result = apply(machine, ++slot, command(kind, "m", key, version, value));
    machine.applied(slot);
    return result;
  }

  private String held(String key) {
    MapEntry<Buffer> entry = machine.get("m", key);
    return entry == null ? "-" : entry.value() + "@" + entry.version() + "/" + entry.slot();
  }

  @Test
  void anEntryEndsWithTheTimeOfTheLogAndItsWatchersSeeARemoval() {
    MapMachine machine = new MapMachine();
    apply(machine, 1, command(MapCodec.PUT, "m", "k", 0, 10, "v"));
    machine.applied(1);
    assertThat(machine.nextDeadline(0)).isEqualTo(11);
    assertThat(machine.nextDeadline(11)).isEqualTo(Long.MAX_VALUE);
    Replicas.begin(machine, 10);
    machine.applied(10);
    assertThat(machine.get("m", "k")).isNotNull();
    Replicas.begin(machine, 11);
    machine.applied(11);
    assertThat(machine.get("m", "k")).isNull();
    assertThat(machine.size("m")).isZero();
    assertThat(machine.nextDeadline(0)).isEqualTo(Long.MAX_VALUE);
    List<SlotChanges> changes = Replicas.since(machine, "m", 1);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).changes()).containsExactly(new Change("k", null, 2));
  }

  @Test
  void aWriteReplacesTheEndOfTheValueBeforeIt() {
    MapMachine machine = new MapMachine();
    apply(machine, 1, command(MapCodec.PUT, "m", "stays", 0, 10, "v"));
    apply(machine, 1, command(MapCodec.PUT, "m", "stays", 0, 0, "w"));
    apply(machine, 1, command(MapCodec.PUT, "m", "later", 0, 10, "v"));
    apply(machine, 1, command(MapCodec.REPLACE, "m", "later", 0, 50, "w"));
    apply(machine, 1, command(MapCodec.PUT, "m", "gone", 0, 10, "v"));
    apply(machine, 1, command(MapCodec.REMOVE, "m", "gone", 0, 0, ""));
    machine.applied(1);
    assertThat(machine.nextDeadline(0)).isEqualTo(51);
    Replicas.begin(machine, 51);
    machine.applied(51);
    assertThat(machine.get("m", "stays")).isNotNull();
    assertThat(machine.size("m")).isOne();
  }

  @Test
  void manyEntriesThatEndAtOnceEndInSeveralSlotsAndNoCommandSeesTheRest() {
    MapMachine machine = new MapMachine();
    int keys = 1_000;
    for (int i = 0; i < keys; i++) {
      apply(
          machine,
          1,
          command(MapCodec.PUT, "m", String.format(Locale.ROOT, "k%04d", i), 0, 10, "v"));
    }
    machine.applied(1);
    Replicas.begin(machine, 20);
    assertThat(machine.size("m")).isBetween(1L, keys - 1L);
    assertThat(machine.nextDeadline(Long.MIN_VALUE)).isLessThanOrEqualTo(20);
    assertThat(apply(machine, 20, command(MapCodec.PUT_IF_ABSENT, "m", "k0999", 0, "new")).done())
        .isTrue();
    assertThat(apply(machine, 20, command(MapCodec.REMOVE, "m", "k0998", 0, "")).done()).isFalse();
    machine.applied(20);
    byte[] snapshot = Replicas.snapshot(machine);
    MapMachine other = new MapMachine();
    Replicas.restore(other, snapshot);
    for (long slot = 21; slot <= 30; slot++) {
      for (MapMachine each : List.of(machine, other)) {
        Replicas.begin(each, slot);
        each.applied(slot);
      }
      assertThat(other.hash()).isEqualTo(machine.hash());
    }
    assertThat(machine.size("m")).isOne();
    assertThat(other.nextDeadline(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aSnapshotOfAnEarlierVersionHasNoEnds() {
    MapMachine machine = new MapMachine();
    Replicas.put(machine, 1, "m", "k", "v");
    byte[] snapshot = Replicas.snapshot(machine);
    snapshot[0] = 1;
    MapMachine other = new MapMachine();
    Replicas.restore(other, snapshot);
    assertThat(other.hash()).isEqualTo(machine.hash());
    snapshot[0] = 3;
    assertThatThrownBy(() -> Replicas.restore(other, snapshot)).hasMessageContaining("format 3");
  }

  @Test
  void putWritesWhateverTheKeyHoldsAndFetchesNothing() {
    assertThat(run(MapCodec.PUT, "k", 0, "a")).isEqualTo(new Result(true, 1, null));
    assertThat(run(MapCodec.PUT, "k", 0, "b")).isEqualTo(new Result(true, 2, null));
    assertThat(held("k")).isEqualTo("b@2/2");
  }

  @Test
  void putIfAbsentLeavesWhatIsThereAndTellsIt() {
    assertThat(run(MapCodec.PUT_IF_ABSENT, "k", 0, "a")).isEqualTo(new Result(true, 1, null));
    assertThat(run(MapCodec.PUT_IF_ABSENT, "k", 0, "b")).isEqualTo(new Result(false, 1, "a"));
    assertThat(held("k")).isEqualTo("a@1/1");
  }

  @Test
  void replaceNeedsAValueToReplace() {
    assertThat(run(MapCodec.REPLACE, "k", 0, "a")).isEqualTo(new Result(false, 0, null));
    assertThat(held("k")).isEqualTo("-");
    run(MapCodec.PUT, "k", 0, "a");
    assertThat(run(MapCodec.REPLACE, "k", 0, "b")).isEqualTo(new Result(true, 2, "a"));
    assertThat(held("k")).isEqualTo("b@2/3");
  }

  @Test
  void compareAndSetWritesOnlyOverTheExpectedVersionAndZeroIsAbsent() {
    assertThat(run(MapCodec.COMPARE_AND_SET, "k", 1, "a")).isEqualTo(new Result(false, 0, null));
    assertThat(run(MapCodec.COMPARE_AND_SET, "k", 0, "a")).isEqualTo(new Result(true, 1, null));
    assertThat(run(MapCodec.COMPARE_AND_SET, "k", 0, "b")).isEqualTo(new Result(false, 1, "a"));
    assertThat(run(MapCodec.COMPARE_AND_SET, "k", 1, "b")).isEqualTo(new Result(true, 2, "a"));
    assertThat(held("k")).isEqualTo("b@2/4");
  }

  @Test
  void removeTakesWhatIsThereAndHasAVersionOfItsOwn() {
    assertThat(run(MapCodec.REMOVE, "k", 0, "")).isEqualTo(new Result(false, 0, null));
    run(MapCodec.PUT, "k", 0, "a");
    assertThat(run(MapCodec.REMOVE, "k", 0, "")).isEqualTo(new Result(true, 2, "a"));
    assertThat(held("k")).isEqualTo("-");
    assertThat(machine.size("m")).isZero();
    assertThat(run(MapCodec.PUT, "k", 0, "a").version()).isEqualTo(3);
  }

  @Test
  void removeByVersionTakesOnlyThatVersion() {
    run(MapCodec.PUT, "k", 0, "a");
    assertThat(run(MapCodec.REMOVE_VERSION, "k", 7, "")).isEqualTo(new Result(false, 1, "a"));
    assertThat(run(MapCodec.REMOVE_VERSION, "k", 1, "")).isEqualTo(new Result(true, 2, "a"));
    assertThat(run(MapCodec.REMOVE_VERSION, "k", 1, "")).isEqualTo(new Result(false, 0, null));
  }

  private static String removed(byte[] result) {
    ByteBuffer bytes = ByteBuffer.wrap(result);
    return bytes.getLong() + (bytes.get() == 0 ? "" : " and more");
  }

  @Test
  void aPrefixIsRemovedInOneSlotAndItsNeighboursStay() {
    for (String key : List.of("a", "b", "b/", "b/1", "b/2", "b0", "c")) {
      run(MapCodec.PUT, key, 0, "v");
    }
    put(machine, ++slot, "lower", "b/1", "v");
    put(machine, ++slot, "z", "b/1", "v");
    byte[] command = Replicas.removePrefix("m", "b/");
    assertThat(removed(Replicas.raw(machine, ++slot, command))).isEqualTo("3");
    machine.applied(slot);
    assertThat(keys("", null, 9)).containsExactly("a", "b", "b0", "c");
    assertThat(Replicas.since(machine, "m", slot - 1))
        .containsExactly(
            new SlotChanges(
                slot,
                List.of(
                    new Change("b/", null, 10),
                    new Change("b/1", null, 11),
                    new Change("b/2", null, 12))));
    assertThat(removed(Replicas.raw(machine, ++slot, command))).isEqualTo("0");
    assertThat(removed(Replicas.raw(machine, slot, Replicas.removePrefix("none", "b"))))
        .isEqualTo("0");
    assertThat(removed(Replicas.raw(machine, slot, Replicas.removePrefix("m", "")))).isEqualTo("4");
    assertThat(List.of(machine.size("m"), machine.size("lower"), machine.size("z")))
        .containsExactly(0L, 1L, 1L);
  }

  @Test
  void oneCommandRemovesALimitedNumberOfKeysAndDoesNotCountThoseThatHaveEnded() {
    int keys = MapCodec.MAX_REMOVED + 1;
    for (int i = 0; i < keys; i++) {
      String key = String.format(Locale.ROOT, "k%04d", i);
      apply(machine, 1, command(MapCodec.PUT, "m", key, 0, i < 400 ? 10 : 0, "v"));
    }
    machine.applied(1);
    machine.freeze();
    Replicas.begin(machine, 20);
    assertThat(machine.size("m")).isEqualTo(keys - 256L);
    byte[] command = Replicas.removePrefix("m", "k");
    assertThat(removed(Replicas.raw(machine, 20, command))).isEqualTo(keys - 400 + "");
    assertThat(machine.size("m")).isZero();
    assertThat(machine.nextDeadline(0)).isEqualTo(Long.MAX_VALUE);
    machine.applied(20);
    for (int i = 0; i < keys; i++) {
      apply(machine, 21, command(MapCodec.PUT, "m", "k" + i, 0, "v"));
    }
    assertThat(removed(Replicas.raw(machine, 21, command)))
        .isEqualTo(MapCodec.MAX_REMOVED + " and more");
    assertThat(removed(Replicas.raw(machine, 21, command))).isEqualTo("1");
    machine.applied(21);
    assertThat(Replicas.snapshot(machine).length)
        .isEqualTo(Replicas.snapshot(new MapMachine()).length);
  }

  @Test
  void aVersionIsUniqueAcrossMapsAndWithinASlot() {
    List<Long> versions =
        IntStream.range(0, 6)
            .mapToObj(i -> apply(machine, 9, command(MapCodec.PUT, "m" + i % 3, "k", 0, "v")))
            .map(Result::version)
            .toList();
    assertThat(versions).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void scansByPrefixAfterAKeyInOrderAndSaysIfThereIsMore() {
    for (String key : List.of("b/2", "a/1", "b/10", "c", "b/1", "b")) {
      put(machine, ++slot, "m", key, key);
    }
    assertThat(keys("b/", null, 9)).containsExactly("b/1", "b/10", "b/2");
    assertThat(keys("b/", "b/1", 1)).containsExactly("b/10", "…");
    assertThat(keys("b/", "b/10", 1)).containsExactly("b/2");
    assertThat(keys("b/", "a", 1)).containsExactly("b/1", "…");
    assertThat(keys("b/", "c", 1)).isEmpty();
    // The order is there now, and has to be kept up to date.
    run(MapCodec.REMOVE, "b/10", 0, "");
    run(MapCodec.PUT, "b/11", 0, "v");
    assertThat(keys("", null, Integer.MAX_VALUE))
        .containsExactly("a/1", "b", "b/1", "b/11", "b/2", "c");
    assertThat(machine.scan("other", "", null, 1)).isEqualTo(new Scan(slot, List.of(), false));
    assertThatThrownBy(() -> machine.scan("m", "", null, 0)).hasMessageContaining("at least 1");
  }

  private List<String> keys(String prefix, String after, int limit) {
    Scan scan = machine.scan("m", prefix, after, limit);
    assertThat(scan.slot()).isEqualTo(slot);
    List<String> keys =
        new java.util.ArrayList<>(scan.entries().stream().map(MapEntry::key).toList());
    if (scan.more()) {
      keys.add("…");
    }
    return keys;
  }

  @Test
  void theHashTellsStatesApart() {
    MapMachine empty = new MapMachine();
    long nothing = empty.hash();
    assertThat(machine.hash()).isEqualTo(nothing);
    run(MapCodec.PUT, "k", 0, "a");
    long a = machine.hash();
    run(MapCodec.PUT, "k", 0, "b");
    long b = machine.hash();
    run(MapCodec.REMOVE, "k", 0, "");
    assertThat(List.of(nothing, a, b, machine.hash())).doesNotHaveDuplicates();
    MapMachine otherMap = new MapMachine();
    put(otherMap, 1, "n", "k", "a");
    MapMachine otherSlot = new MapMachine();
    put(otherSlot, 2, "m", "k", "a");
    assertThat(List.of(a, otherMap.hash(), otherSlot.hash())).doesNotHaveDuplicates();
  }

  @Test
  void writingToAReturnedValueDoesNotChangeTheMap() {
    run(MapCodec.PUT, "k", 0, "abc");
    machine.get("m", "k").value().setByte(0, (byte) 'x');
    machine.scan("m", "", null, 9).entries().get(0).value().setByte(0, (byte) 'x');
    Replicas.since(machine, "m", 0).get(0).changes().get(0).value().setByte(0, (byte) 'x');
    assertThat(held("k")).isEqualTo("abc@1/1");
  }

  @Test
  void refusesWhatNoReplicaMayHold() {
    assertRejected(command(MapCodec.PUT, "", "k", 0, "v"), "map's name has 0 characters");
    assertRejected(command(MapCodec.PUT, "n".repeat(129), "k", 0, "v"), "has 129 characters");
    assertRejected(command(MapCodec.PUT, "m", "", 0, "v"), "the key is empty");
    assertRejected(command(MapCodec.COMPARE_AND_SET, "m", "k", -1, "v"), "at least 0");
    assertRejected(command(MapCodec.REMOVE_VERSION, "m", "k", 0, ""), "at least 1");
    assertRejected(new byte[] {}, "the kind should have 1 bytes");
    assertRejected(new byte[] {9}, "the kind is 9");
    assertRejected(new byte[] {28}, "the kind is 28");
    byte[] cut = {MapCodec.PUT, 0, 5, 'm'};
    assertRejected(cut, "the map's name should have 5 bytes");
    byte[] noUtf8 = {MapCodec.REMOVE, 0, 1, 'm', 0, 1, (byte) 0xC3};
    assertRejected(noUtf8, "the key is not UTF-8");
    byte[] tooLong = {MapCodec.REMOVE, 0, 1, 'm', 0, 1, 'k', 0};
    assertRejected(tooLong, "there are 1 trailing bytes");
    byte[] tooLarge =
        ByteBuffer.allocate(7 + MapCodec.MAX_VALUE_BYTES + 1)
            .put(new byte[] {MapCodec.PUT, 0, 1, 'm', 0, 1, 'k'})
            .array();
    assertRejected(tooLarge, "at most " + MapCodec.MAX_VALUE_BYTES);
    assertThat(machine.hash()).isEqualTo(new MapMachine().hash());
    // The character that bad UTF-8 decodes to is a character like any other.
    assertThat(run(MapCodec.PUT, "\uFFFD", 0, "v").done()).isTrue();
  }

  private void assertRejected(byte[] command, String why) {
    assertThatThrownBy(() -> apply(machine, 1, command))
        .isInstanceOf(CommandRejected.class)
        .hasMessageContaining(why);
  }

  @Test
  void aSnapshotOfAnotherFormatOrWithImpossibleLengthsIsRefusedAndChangesNothing() {
    put(machine, ++slot, "m", "k", "v");
    byte[] before = Replicas.snapshot(machine);
    byte[] other = before.clone();
    other[0] = 9;
    assertThatThrownBy(() -> Replicas.restore(machine, other)).hasMessageContaining("format 9");
    byte[] negative = before.clone();
    negative[negative.length - 6] = -1;
    assertThatThrownBy(() -> Replicas.restore(machine, negative))
        .hasMessageContaining("are allowed");
    assertThat(Replicas.snapshot(machine)).isEqualTo(before);
    assertThat(held("k")).isEqualTo("v@1/1");
  }
}
