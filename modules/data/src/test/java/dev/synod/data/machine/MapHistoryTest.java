package dev.synod.data.machine;

import static dev.synod.data.Replicas.apply;
import static dev.synod.data.Replicas.command;
import static dev.synod.data.Replicas.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.data.Replicas;
import dev.synod.data.map.Change;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.KeyFilter;
import dev.synod.data.map.MissedChanges;
import dev.synod.data.map.SlotChanges;
import dev.synod.data.map.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapHistoryTest {
  private static final HistoryLimits THREE_CHANGES = new HistoryLimits(3, 1 << 20, 1 << 20);

  private static void puts(MapMachine machine, long slot, String map, String... keys) {
    for (String key : keys) {
      apply(machine, slot, command(MapCodec.PUT, map, key, 0, "v"));
    }
    machine.applied(slot);
  }

  private static List<String> shown(List<SlotChanges> slots) {
    return slots.stream()
        .map(s -> s.slot() + s.changes().stream().map(Change::key).toList().toString())
        .toList();
  }

  @Test
  void tellsEachSlotOnceWholeAndInOrder() {
    MapMachine machine = new MapMachine();
    puts(machine, 1, "m", "b", "a", "b");
    puts(machine, 2, "other", "x");
    puts(machine, 3, "m", "c");
    assertThat(shown(Replicas.since(machine, "m", 0))).containsExactly("1[b, a, b]", "3[c]");
    assertThat(shown(Replicas.since(machine, "m", 1))).containsExactly("3[c]");
    assertThat(Replicas.since(machine, "m", 3)).isEmpty();
    assertThat(Replicas.since(machine, "m", 4)).as("a slot that is not applied here").isNull();
    assertThat(Replicas.since(machine, "nothing", 0)).isEmpty();
  }

  @Test
  void aRemovalIsAChangeWithoutAValue() {
    MapMachine machine = new MapMachine();
    puts(machine, 1, "m", "a");
    apply(machine, 2, command(MapCodec.REMOVE, "m", "a", 0, ""));
    machine.applied(2);
    assertThat(Replicas.since(machine, "m", 1))
        .containsExactly(new SlotChanges(2, List.of(new Change("a", null, 2))));
  }

  @Test
  void whatNoLongerFitsIsSaidAndNeverToldInPart() {
    MapMachine machine = new MapMachine(THREE_CHANGES);
    puts(machine, 1, "m", "a", "b");
    puts(machine, 2, "m", "c", "d");
    assertThat(Replicas.since(machine, "m", 0)).as("slot 1 is torn").isNull();
    assertThat(shown(Replicas.since(machine, "m", 1))).containsExactly("2[c, d]");
    puts(machine, 3, "m", "e", "f", "g", "h");
    assertThat(Replicas.since(machine, "m", 2)).as("slot 3 alone is too large").isNull();
    assertThat(Replicas.since(machine, "m", 3)).isEmpty();
  }

  @Test
  void bytesAreALimitToo() {
    MapMachine machine = new MapMachine(new HistoryLimits(1000, 10_000, 1 << 20));
    for (int slot = 1; slot <= 20; slot++) {
      put(machine, slot, "m", "k", "v".repeat(1000));
    }
    assertThat(Replicas.since(machine, "m", 10)).isNull();
    assertThat(Replicas.since(machine, "m", 11)).hasSize(9);
  }

  @Test
  void aReaderGetsTheFirstSlotsWhole_andIsToldUpToWhere() {
    MapMachine machine = new MapMachine();
    for (int slot = 1; slot <= 9; slot++) {
      puts(machine, slot, "m", "a", "b", "c");
    }
    machine.applied(10);
    MissedChanges some = machine.since("m", 2, 4, 1 << 20);
    assertThat(shown(some.slots())).containsExactly("3[a, b, c]", "4[a, b, c]");
    assertThat(some.upTo()).isEqualTo(4);
    assertThat(some.complete()).isFalse();
    assertThat(machine.since("m", 4, 100, 1).slots()).as("one slot at least").hasSize(1);
    MissedChanges rest = machine.since("m", 4, 100, 1 << 20);
    assertThat(rest.slots()).hasSize(5);
    assertThat(rest.upTo()).isEqualTo(10);
    assertThat(rest.complete()).isTrue();
    assertThat(machine.since("m", 9, 1, 1)).isEqualTo(new MissedChanges(List.of(), 10, true));
  }

  @Test
  void aFilterLeavesSlotsWithoutItsKeysOutAndLooksAtALimitedNumberOfThem() {
    MapMachine machine = new MapMachine();
    puts(machine, 1, "m", "a", "b", "ab");
    puts(machine, 2, "m", "b");
    puts(machine, 3, "m", "b", "a");
    KeyFilter prefix = KeyFilter.prefix("a");
    KeyFilter key = KeyFilter.key("a");
    assertThat(shown(machine.since("m", prefix, 0, 99, 1 << 20).slots()))
        .containsExactly("1[a, ab]", "3[a]");
    assertThat(shown(machine.since("m", key, 0, 99, 1 << 20).slots()))
        .containsExactly("1[a]", "3[a]");
    MissedChanges first = machine.since("m", key, 0, 1, 1 << 20);
    assertThat(shown(first.slots())).containsExactly("1[a]");
    assertThat(first.upTo()).isEqualTo(1);
    assertThat(first.complete()).isFalse();
    assertThat(machine.since("m", KeyFilter.key("c"), 0, 1, 1))
        .isEqualTo(new MissedChanges(List.of(), 3, true));
    for (int slot = 4; slot <= 10_000; slot++) {
      puts(machine, slot, "m", "b");
    }
    puts(machine, 10_001, "m", "a");
    MissedChanges none = machine.since("m", key, 3, 99, 1 << 20);
    assertThat(none.slots()).isEmpty();
    assertThat(none.complete()).isFalse();
    assertThat(none.upTo()).isBetween(1_000L, 9_000L);
    int calls = 1;
    MissedChanges rest = none;
    while (!rest.complete()) {
      calls++;
      rest = machine.since("m", key, rest.upTo(), 99, 1 << 20);
    }
    assertThat(calls).isBetween(2, 9);
    assertThat(shown(rest.slots())).containsExactly("10001[a]");
    assertThat(rest.upTo()).isEqualTo(10_001);
  }

  @Test
  void aListenerOfAKeyOrAPrefixHearsOfItsSlotsOnly() {
    MapMachine machine = new MapMachine(THREE_CHANGES);
    List<String> heard = new ArrayList<>();
    Subscription key = machine.listen("m", KeyFilter.key("b"), slot -> heard.add("b " + slot));
    Subscription prefix =
        machine.listen("m", KeyFilter.prefix("b"), slot -> heard.add("b* " + slot));
    Subscription all = machine.listen("m", KeyFilter.ALL, slot -> heard.add("* " + slot));
    puts(machine, 1, "m", "a", "c", "ab");
    puts(machine, 2, "other", "b");
    puts(machine, 3, "m", "bc", "a");
    puts(machine, 4, "m", "a", "b", "c", "b", "d", "e");
    assertThat(heard).containsExactlyInAnyOrder("* 1", "* 3", "b* 3", "* 4", "b* 4", "b 4");
    key.close();
    key.close();
    all.close();
    assertThat(machine.listened("m")).isTrue();
    Subscription again = machine.listen("m", KeyFilter.key("b"), slot -> heard.add("b " + slot));
    key.close();
    heard.clear();
    puts(machine, 5, "m", "b");
    assertThat(heard).containsExactlyInAnyOrder("b 5", "b* 5");
    prefix.close();
    assertThat(machine.listened("m")).isTrue();
    again.close();
    assertThat(machine.listened("m")).isFalse();
  }

  @Test
  void aLargeChangeDropsTheManySmallOnesBeforeItOverSeveralSlots() {
    MapMachine machine = new MapMachine(new HistoryLimits(100_000, 1 << 20, 1 << 30));
    int small = 5_000;
    for (int slot = 1; slot <= small; slot++) {
      put(machine, slot, "m", "k", "v");
    }
    put(machine, small + 1, "m", "k", "v".repeat(1 << 20));
    assertThat(Replicas.since(machine, "m", small - 10)).isNotNull();
    long slot = small + 1L;
    while (Replicas.since(machine, "m", small) != null && slot < small + 100) {
      machine.applied(++slot);
    }
    assertThat(slot).isBetween(small + 3L, small + 99L);
    assertThat(Replicas.since(machine, "m", slot)).isEmpty();
  }

  @Test
  void allMapsTogetherStayWithinTheirLimitAndTheLargestPays() {
    MapMachine machine = new MapMachine(new HistoryLimits(1000, 1 << 20, 10_000));
    put(machine, 1, "quiet", "k", "v");
    for (int slot = 2; slot <= 100; slot++) {
      put(machine, slot, "busy", "k", "v".repeat(1000));
    }
    assertThat(Replicas.since(machine, "quiet", 0)).hasSize(1);
    assertThat(Replicas.since(machine, "busy", 90)).isNull();
    assertThat(Replicas.since(machine, "busy", 98)).hasSize(2);
  }

  @Test
  void aListenerHearsOfEverySlotEvenIfTheHistoryCannotHoldIt() {
    MapMachine machine = new MapMachine(THREE_CHANGES);
    List<SlotChanges> heard = new ArrayList<>();
    List<Long> slots = new ArrayList<>();
    Subscription listening = machine.listen("m", heard::add);
    machine.onSlot(slots::add);
    puts(machine, 1, "other", "x");
    puts(machine, 2, "m", "a", "b", "c", "d", "e");
    puts(machine, 3, "m");
    puts(machine, 4, "m", "f");
    listening.close();
    listening.close();
    puts(machine, 5, "m", "g");
    assertThat(shown(heard)).containsExactly("2[a, b, c, d, e]", "4[f]");
    assertThat(slots).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aListenerThatThrowsDoesNotAffectOtherListeners() {
    MapMachine machine = new MapMachine();
    List<SlotChanges> heard = new ArrayList<>();
    machine.listen(
        "m",
        changes -> {
          throw new IllegalStateException("a listener's own fault, thrown by a test");
        });
    machine.listen("m", heard::add);
    puts(machine, 1, "m", "a");
    assertThat(shown(heard)).containsExactly("1[a]");
    assertThat(machine.slot()).isEqualTo(1);
  }

  @Test
  void afterARestoreTheHistoryBeginsThereAndListenersStay() {
    MapMachine source = new MapMachine();
    puts(source, 7, "m", "a");
    MapMachine machine = new MapMachine();
    List<SlotChanges> heard = new ArrayList<>();
    List<Long> restored = new ArrayList<>();
    machine.listen("m", heard::add);
    machine.onRestore(restored::add);
    puts(machine, 1, "m", "z");
    Replicas.restore(machine, Replicas.snapshot(source));
    assertThat(restored).containsExactly(7L);
    assertThat(Replicas.since(machine, "m", 6)).isNull();
    assertThat(Replicas.since(machine, "never used", 6)).isNull();
    assertThat(Replicas.since(machine, "m", 7)).isEmpty();
    puts(machine, 8, "m", "b");
    assertThat(shown(Replicas.since(machine, "m", 7))).containsExactly("8[b]");
    assertThat(shown(heard)).containsExactly("1[z]", "8[b]");
  }

  @Test
  void emptyMapsOfOneTimeNamesDoNotPileUpAndAreNoPartOfTheState() {
    MapMachine machine = new MapMachine();
    List<SlotChanges> heard = new ArrayList<>();
    machine.listen("room-1", heard::add);
    puts(machine, 1, "stays", "k");
    long slot = 1;
    for (int room = 0; room < 5000; room++) {
      puts(machine, ++slot, "room-" + room, "k");
      apply(machine, ++slot, command(MapCodec.REMOVE, "room-" + room, "k", 0, ""));
      machine.applied(slot);
    }
    assertThat(machine.maps()).isLessThan(2000);
    assertThat(Replicas.since(machine, "room-0", 1)).as("forgotten").isNull();
    assertThat(shown(Replicas.since(machine, "stays", 0))).containsExactly("1[k]");
    assertThat(Replicas.since(machine, "room-1", 1)).as("listened to").hasSize(2);
    MapMachine other = new MapMachine();
    Replicas.restore(other, Replicas.snapshot(machine));
    assertThat(Replicas.snapshot(other)).isEqualTo(Replicas.snapshot(machine));
    assertThat(other.maps()).isEqualTo(1);
  }
}
