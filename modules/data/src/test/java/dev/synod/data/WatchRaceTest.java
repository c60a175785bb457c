package dev.synod.data;

import static dev.synod.data.Replicas.command;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.MapEvent.ValueChange;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.data.map.KeyFilter;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Watches that begin, lag and resume at any moment, while slots and snapshots go by. */
class WatchRaceTest {
  private static final int SLOTS = 1500;
  private static final List<String> KEYS = List.of("a", "b", "ab", "d");
  private static final List<KeyFilter> FILTERS =
      List.of(KeyFilter.ALL, KeyFilter.prefix("a"), KeyFilter.key("a"));

  /** What each slot did to the map and left of it, written before the slot is applied. */
  private final ConcurrentSkipListMap<Long, List<ValueChange<String>>> changed =
      new ConcurrentSkipListMap<>();

  private final ConcurrentSkipListMap<Long, Map<String, String>> after =
      new ConcurrentSkipListMap<>(Map.of(0L, Map.of()));
  private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();

  /** Keeps a copy, and checks each event; stops now and then, and begins again where it was. */
  private final class Watcher {
    final ReplicatedMap<String> map;
    final KeyFilter keys;
    final Context context;
    final Random random;
    final TreeMap<String, String> copy = new TreeMap<>();
    int snapshots;
    int begun;
    volatile long at;
    private @Nullable Watch watch;

    Watcher(ReplicatedMap<String> map, KeyFilter keys, Context context, long seed) {
      this.map = map;
      this.keys = keys;
      this.context = context;
      this.random = new Random(seed);
    }

    void begin() {
      begun++;
      context.runOnContext(turn -> watch().onSuccess(here -> watch = here).onFailure(this::fail));
    }

    private Future<Watch> watch() {
      if (keys.exact()) {
        return map.watchKey(keys.text(), at, this::check);
      }
      return keys.text().isEmpty()
          ? map.watch(at, this::check)
          : map.watch(keys.text(), at, this::check);
    }

    /** The changes of a slot that this watcher has to see. */
    private List<ValueChange<String>> of(List<ValueChange<String>> changes) {
      return changes.stream().filter(change -> keys.matches(change.key())).toList();
    }

    private long next() {
      return changed.tailMap(at, false).entrySet().stream()
          .filter(slot -> !of(slot.getValue()).isEmpty())
          .findFirst()
          .orElseThrow()
          .getKey();
    }

    private void check(MapEvent<String> event) {
      try {
        assertThat(event.slot()).as("slots rise").isGreaterThan(at);
        if (event instanceof MapEvent.Changes<String> changes) {
          assertThat(changes.changes())
              .as("a slot is whole")
              .isEqualTo(of(changed.get(event.slot())));
          assertThat(next()).as("no slot is left out after %d", at).isEqualTo(event.slot());
        } else {
          snapshots++;
        }
        event.applyTo(copy);
        TreeMap<String, String> expected = new TreeMap<>(after.floorEntry(event.slot()).getValue());
        expected.keySet().removeIf(key -> !keys.matches(key));
        assertThat(copy).isEqualTo(expected);
        at = event.slot();
      } catch (AssertionError bad) {
        fail(bad);
      }
      if (random.nextInt(3) == 0) {
        LockSupport.parkNanos(random.nextInt(300_000));
      }
      Watch current = watch;
      if (current != null && random.nextInt(20) == 0) {
        watch = null;
        assertThat(current.slot()).isEqualTo(at);
        current.close();
        begin();
      }
    }

    private void fail(Throwable why) {
      wrong.compareAndSet(null, why);
    }
  }

  @RepeatedTest(5)
  void noneLostNoneTwiceNoneTorn(RepetitionInfo repetition) {
    Vertx vertx = Vertx.vertx();
    try {
      long seed = repetition.getCurrentRepetition();
      Random random = new Random(seed);
      OneMember member =
          new OneMember(vertx, new HistoryLimits(40, 1 << 20, 1 << 20), new SynodOptions());
      ReplicatedMap<String> map = ReplicatedMap.of(member, "m", String.class);
      List<Watcher> watchers = new ArrayList<>();
      MapMachine ahead = new MapMachine();
      for (long slot = 1; slot <= SLOTS; slot++) {
        if (watchers.size() < 6 && random.nextInt(40) == 0) {
          ContextInternal context =
              watchers.size() % 2 == 0
                  ? ((VertxInternal) vertx).createWorkerContext()
                  : ((VertxInternal) vertx).createEventLoopContext();
          KeyFilter keys = FILTERS.get(watchers.size() / 2 % FILTERS.size());
          watchers.add(new Watcher(map, keys, context, random.nextLong()));
          watchers.get(watchers.size() - 1).begin();
        }
        List<byte[]> commands = next(random, slot, ahead);
        // Now and then the member misses some slots, and is given a snapshot later.
        boolean away = slot % 500 > 480;
        boolean back = slot % 500 == 0;
        long here = slot;
        if (back) {
          byte[] snapshot = Replicas.snapshot(ahead);
          member.on(
              () -> {
                Replicas.restore(member.machine, snapshot);
                return here;
              });
        } else if (!away) {
          member.slot(commands.toArray(byte[][]::new));
        }
      }
      assertThat(watchers).hasSize(6);
      long last = after.lastKey();
      await()
          .until(
              () ->
                  wrong.get() != null || watchers.stream().allMatch(watcher -> watcher.at == last));
      assertThat(wrong.get()).as("seed %d", seed).isNull();
      assertThat(watchers).anyMatch(watcher -> watcher.begun > 1);
      assertThat(watchers).anyMatch(watcher -> watcher.snapshots > 1);
    } finally {
      await(vertx.close());
    }
  }

  /** The commands of a slot; some change nothing, or another map. */
  private List<byte[]> next(Random random, long slot, MapMachine ahead) {
    List<byte[]> commands = new ArrayList<>();
    List<ValueChange<String>> changes = new ArrayList<>();
    TreeMap<String, String> state = new TreeMap<>(after.lastEntry().getValue());
    for (int i = random.nextInt(5); i > 0; i--) {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      boolean put = random.nextInt(3) > 0;
      boolean ours = random.nextInt(4) > 0;
      String value = slot + "." + i;
      byte[] command =
          command(put ? MapCodec.PUT : MapCodec.REMOVE, ours ? "m" : "other", key, 0, value);
      commands.add(command);
      Replicas.Result result = Replicas.apply(ahead, slot, command);
      if (ours && result.done()) {
        changes.add(new ValueChange<>(key, put ? value : null, result.version()));
        if (put) {
          state.put(key, value);
        } else {
          state.remove(key);
        }
      }
    }
    if (!changes.isEmpty() || slot == SLOTS) {
      if (slot == SLOTS) {
        byte[] end = command(MapCodec.PUT, "m", "a", 0, "end");
        commands.add(end);
        long version = Replicas.apply(ahead, slot, end).version();
        changes.add(new ValueChange<>("a", "end", version));
        state.put("a", "end");
      }
      changed.put(slot, List.copyOf(changes));
      after.put(slot, Map.copyOf(state));
    }
    ahead.applied(slot);
    return commands;
  }
}
