package dev.synod.data.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.CommandRejected;
import dev.synod.data.Replicas;
import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;
import org.jspecify.annotations.Nullable;

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
      Transaction transaction,
      boolean endsSlot,
      int pause) {}

  /** A part of a transaction; {@code expect} as that of a command, also of a value. */
  record Part(byte kind, String key, String value, long expect, long life) {}

  record Transaction(List<Part> conditions, List<Part> then, List<Part> otherwise) {}

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

    @Nullable Held held(String map, String key) {
      return maps.getOrDefault(map, new TreeMap<>()).get(key);
    }

    long version(String map, String key) {
      Held held = held(map, key);
      return held == null ? 0 : held.version;
    }

    /** What a command expects of the present state, as the machine gets the command. */
    byte[] command(Op op) {
      return switch (op.kind) {
        case MapCodec.REMOVE_PREFIX -> Replicas.removePrefix(op.map, op.key);
        case MapCodec.TRANSACT ->
            Replicas.transaction(
                op.map,
                parts(op.map, op.transaction.conditions),
                parts(op.map, op.transaction.then),
                parts(op.map, op.transaction.otherwise));
        default ->
            Replicas.command(op.kind, op.map, op.key, expectedVersion(op), op.life, op.value);
      };
    }

    long expectedVersion(Op op) {
      long expected = version(op.map, op.key) + op.expect;
      return op.kind == MapCodec.REMOVE_VERSION && expected == 0 ? 1L << 40 : expected;
    }

    private List<MapCodec.Part> parts(String map, List<Part> parts) {
      return parts.stream().map(part -> part(map, part)).toList();
    }

    private MapCodec.Part part(String map, Part part) {
      long version = version(map, part.key) + part.expect;
      long life = MapCodec.mayLive(part.kind) ? part.life : 0;
      return Replicas.part(part.kind, part.key, version, life, value(map, part));
    }

    private String value(String map, Part part) {
      Held held = held(map, part.key);
      boolean same = part.kind == MapCodec.IF_VALUE && part.expect == 0 && held != null;
      return same ? held.value : part.value;
    }

    /** Runs a command; returns the bytes that the machine must return. */
    byte[] run(Op op, long slot) {
      return switch (op.kind) {
        case MapCodec.REMOVE_PREFIX -> {
          TreeMap<String, Held> map = maps.getOrDefault(op.map, new TreeMap<>());
          long before = map.size();
          map.keySet().removeIf(key -> key.startsWith(op.key));
          version += before - map.size();
          yield MapCodec.removed(before - map.size(), false);
        }
        case MapCodec.TRANSACT -> transact(op.map, op.transaction, slot);
        default ->
            write(op.kind, op.map, op.key, op.value, expectedVersion(op), op.life, slot).toBytes();
      };
    }

    private byte[] transact(String map, Transaction transaction, long slot) {
      boolean holds =
          transaction.conditions.stream()
              .allMatch(
                  part -> {
                    Held held = held(map, part.key);
                    return switch (part.kind) {
                      case MapCodec.IF_PRESENT -> held != null;
                      case MapCodec.IF_VERSION -> part.expect == 0;
                      default -> held != null && value(map, part).equals(held.value);
                    };
                  });
      List<byte[]> results = new ArrayList<>();
      for (Part part : holds ? transaction.then : transaction.otherwise) {
        Held held = held(map, part.key);
        if (part.kind != MapCodec.READ) {
          results.add(write(part.kind, map, part.key, part.value, 0, part.life, slot).toBytes());
        } else if (held == null) {
          results.add(new byte[16]);
        } else {
          byte[] value = Replicas.utf8(held.value);
          results.add(
              ByteBuffer.allocate(16 + value.length)
                  .putLong(held.version)
                  .putLong(held.slot)
                  .put(value)
                  .array());
        }
      }
      return MapCodec.transacted(holds, results);
    }

    record Told(boolean done, long version, @Nullable String previous) {
      byte[] toBytes() {
        return MapCodec.result(done, version, previous == null ? null : Replicas.utf8(previous));
      }
    }

    private Told write(
        byte kind, String name, String key, String value, long expected, long life, long slot) {
      TreeMap<String, Held> map = maps.computeIfAbsent(name, created -> new TreeMap<>());
      Held old = map.get(key);
      long current = old == null ? 0 : old.version;
      String previous = old == null || kind == MapCodec.PUT ? null : old.value;
      boolean holds =
          kind == MapCodec.PUT
              || (kind == MapCodec.PUT_IF_ABSENT && old == null)
              || ((kind == MapCodec.REPLACE || kind == MapCodec.REMOVE) && old != null)
              || (MapCodec.hasVersion(kind) && expected == current);
      if (!holds) {
        return new Told(false, current, previous);
      }
      version++;
      if (MapCodec.hasValue(kind)) {
        map.put(key, new Held(value, version, slot, life == 0 ? Long.MAX_VALUE : slot + life));
      } else {
        map.remove(key);
      }
      return new Told(true, version, previous);
    }
  }

  @Provide
  Arbitrary<List<Op>> ops() {
    Arbitrary<Op> op =
        Combinators.combine(
                Arbitraries.bytes().between(MapCodec.PUT, MapCodec.TRANSACT),
                Arbitraries.of("a", "b", "µ"),
                KEYS,
                Arbitraries.strings().alpha().ofMaxLength(12),
                Arbitraries.frequency(Tuple.of(4, 0L), Tuple.of(1, 1L)),
                Arbitraries.of(0L, 0L, 1L, 2L, 5L),
                transactions(),
                Combinators.combine(Arbitraries.of(true, true, false), Arbitraries.of(1, 1, 1, 4))
                    .as(EndOfSlot::new))
            .as(
                (kind, map, key, value, expect, life, transaction, end) ->
                    new Op(kind, map, key, value, expect, life, transaction, end.ends, end.pause));
    return op.list().ofMaxSize(120);
  }

  private record EndOfSlot(boolean ends, int pause) {}

  private static final Arbitrary<String> KEYS =
      Arbitraries.of("k", "k1", "k2", "l", "\uD83D\uDE00", "\uFF5E", "z");

  private static Arbitrary<Transaction> transactions() {
    return Combinators.combine(
            parts(MapCodec.IF_PRESENT, MapCodec.IF_VERSION, MapCodec.IF_VALUE).ofMaxSize(3),
            parts(MapCodec.PUT, MapCodec.REMOVE, MapCodec.READ).ofMaxSize(6),
            parts(MapCodec.PUT, MapCodec.REMOVE, MapCodec.READ).ofMaxSize(3))
        .as(
            (conditions, then, otherwise) ->
                new Transaction(conditions, writtenOnce(then), writtenOnce(otherwise)));
  }

  private static ListArbitrary<Part> parts(Byte... kinds) {
    return Combinators.combine(
            Arbitraries.of(kinds),
            KEYS,
            Arbitraries.strings().alpha().ofMaxLength(12),
            Arbitraries.frequency(Tuple.of(6, 0L), Tuple.of(1, 1L)),
            Arbitraries.of(0L, 0L, 1L, 5L))
        .as(Part::new)
        .list();
  }

  /** Keeps the first write of each key. */
  private static List<Part> writtenOnce(List<Part> operations) {
    Set<String> written = new HashSet<>();
    return operations.stream()
        .filter(part -> part.kind == MapCodec.READ || written.add(part.key))
        .toList();
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
      byte[] command = oracle.command(op);
      byte[] told = oracle.run(op, slot);
      assertThat(Replicas.raw(machine, slot, command)).isEqualTo(told);
      assertThat(Replicas.raw(second, slot, command)).isEqualTo(told);
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
    byte[] bytes = new Oracle().command(ops.get(0));
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
