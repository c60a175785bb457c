package dev.synod.data.machine;

import static dev.synod.data.Replicas.apply;
import static dev.synod.data.Replicas.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.CommandRejected;
import dev.synod.data.Replicas;
import dev.synod.data.Replicas.Result;
import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MapMachinePropertiesTest {
  /**
   * A command; {@code expect} is what a version operation expects: the current one of the key (0),
   * or one beside it.
   */
  record Op(
      byte kind,
      String map,
      String key,
      String value,
      long expect,
      long life,
      boolean endsSlot,
      int pause) {}

  /** The state as nobody would replicate it: what the machine must agree with. */
  static final class Oracle {
    record Held(String value, long version, long slot, long end) {}

    final TreeMap<String, TreeMap<String, Held>> maps = new TreeMap<>();
    long version;

    /** Ends what this time has reached, in the order of the ends. */
    void pass(long time) {
      for (long end = 0; end <= time; end++) {
        long then = end;
        for (TreeMap<String, Held> map : maps.values()) {
          long before = map.size();
          map.values().removeIf(held -> held.end == then);
          version += before - map.size();
        }
      }
    }

    long current(Op op) {
      Held held = maps.getOrDefault(op.map, new TreeMap<>()).get(op.key);
      return held == null ? 0 : held.version;
    }

    Result run(Op op, long expected, long slot) {
      TreeMap<String, Held> map = maps.computeIfAbsent(op.map, name -> new TreeMap<>());
      Held old = map.get(op.key);
      long current = old == null ? 0 : old.version;
      String previous = old == null || op.kind == MapCodec.PUT ? null : old.value;
      boolean holds =
          op.kind == MapCodec.PUT
              || (op.kind == MapCodec.PUT_IF_ABSENT && old == null)
              || ((op.kind == MapCodec.REPLACE || op.kind == MapCodec.REMOVE) && old != null)
              || (MapCodec.hasVersion(op.kind) && expected == current);
      if (!holds) {
        return new Result(false, current, previous);
      }
      version++;
      if (MapCodec.hasValue(op.kind)) {
        map.put(
            op.key,
            new Held(op.value, version, slot, op.life == 0 ? Long.MAX_VALUE : slot + op.life));
      } else {
        map.remove(op.key);
      }
      return new Result(true, version, previous);
    }
  }

  @Provide
  Arbitrary<List<Op>> ops() {
    Arbitrary<Op> op =
        Combinators.combine(
                Arbitraries.bytes().between(MapCodec.PUT, MapCodec.REMOVE_VERSION),
                Arbitraries.of("a", "b", "µ"),
                Arbitraries.of("k", "k1", "k2", "l", "\uD83D\uDE00", "\uFF5E", "z"),
                Arbitraries.strings().alpha().ofMaxLength(12),
                Arbitraries.frequency(net.jqwik.api.Tuple.of(4, 0L), net.jqwik.api.Tuple.of(1, 1L)),
                Arbitraries.of(0L, 0L, 1L, 2L, 5L),
                Arbitraries.of(true, true, false),
                Arbitraries.of(1, 1, 1, 4))
            .as(Op::new);
    return op.list().ofMaxSize(120);
  }

  private static byte[] bytes(Op op, long expected) {
    return command(op.kind, op.map, op.key, expected, op.life, op.value);
  }

  @Property
  void agreesWithAPlainMapAndSurvivesASnapshotAnywhere(
      @ForAll("ops") List<Op> ops, @ForAll Random random) {
    Oracle oracle = new Oracle();
    MapMachine machine = new MapMachine();
    MapMachine second = new MapMachine();
    long slot = 1;
    int snapshotAt = ops.isEmpty() ? 0 : random.nextInt(ops.size());
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (i == 0 || ops.get(i - 1).endsSlot) {
        oracle.pass(slot);
        Replicas.begin(machine, slot);
        Replicas.begin(second, slot);
        assertThat(machine.nextDeadline(Long.MIN_VALUE)).isGreaterThan(slot);
        assertThat(second.nextDeadline(slot)).isEqualTo(machine.nextDeadline(slot));
      }
      long expected = oracle.current(op) + op.expect;
      if (op.kind == MapCodec.REMOVE_VERSION && expected == 0) {
        expected = 1L << 40;
      }
      Result told = oracle.run(op, expected, slot);
      assertThat(apply(machine, slot, bytes(op, expected))).isEqualTo(told);
      assertThat(apply(second, slot, bytes(op, expected))).isEqualTo(told);
      if (op.endsSlot || i == ops.size() - 1) {
        machine.applied(slot);
        second.applied(slot);
        assertThat(second.hash()).isEqualTo(machine.hash());
        slot += op.pause;
      }
      if (i >= snapshotAt && snapshotAt >= 0 && op.endsSlot) {
        snapshotAt = -1;
        // From here on a replica that was given a snapshot has to agree with one that was not.
        byte[] snapshot = Replicas.snapshot(machine);
        second = new MapMachine();
        Replicas.put(second, 1, "a", "rubbish", "to be replaced");
        Replicas.restore(second, snapshot);
        assertThat(second.hash()).isEqualTo(machine.hash());
        assertThat(second.slot()).isEqualTo(machine.slot());
        assertThat(Replicas.snapshot(second)).isEqualTo(snapshot);
      }
    }
    assertThat(Replicas.snapshot(second)).isEqualTo(Replicas.snapshot(machine));
    for (String map : List.of("a", "b", "µ")) {
      List<MapEntry<String>> expected = new ArrayList<>();
      oracle
          .maps
          .getOrDefault(map, new TreeMap<>())
          .forEach((k, h) -> expected.add(new MapEntry<>(k, h.value, h.version, h.slot)));
      assertThat(machine.size(map)).isEqualTo(expected.size());
      assertThat(
              machine.scan(map, "", null, 99).entries().stream()
                  .map(MapMachinePropertiesTest::text))
          .isEqualTo(expected);
    }
  }

  private static MapEntry<String> text(MapEntry<Buffer> entry) {
    return new MapEntry<>(entry.key(), entry.value().toString(), entry.version(), entry.slot());
  }

  @Property
  void malformedBytesAreRejectedAndChangeNothing(@ForAll byte[] bytes) {
    assertNothingElse(bytes);
  }

  @Property(tries = 2000)
  void damagedCommandsAreRejectedOrCommandsStill(
      @ForAll("ops") List<Op> ops, @ForAll Random random) {
    if (ops.isEmpty()) {
      return;
    }
    byte[] bytes = bytes(ops.get(0), 1);
    byte[] damaged = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
    for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    assertNothingElse(damaged);
  }

  private static void assertNothingElse(byte[] bytes) {
    MapMachine machine = new MapMachine();
    Replicas.put(machine, 1, "a", "k", "v");
    long hash = machine.hash();
    // As in a log: among other bytes, which are not its to read.
    byte[] among = new byte[bytes.length + 8];
    System.arraycopy(bytes, 0, among, 4, bytes.length);
    try {
      machine.apply(new Replicas.At(2, 0), ByteBuffer.wrap(among, 4, bytes.length));
    } catch (CommandRejected rejected) {
      assertThat(machine.hash()).isEqualTo(hash);
      assertThat(rejected).hasMessageContaining("no command or query");
    }
    try {
      hash = machine.hash();
      machine.query(ByteBuffer.wrap(among, 4, bytes.length));
    } catch (CommandRejected rejected) {
      assertThat(rejected).hasMessageContaining("no command or query");
    }
    assertThat(machine.hash()).isEqualTo(hash);
  }
}
