package dev.synod.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.StateMachine.Frozen;
import dev.synod.data.map.MapCodec;
import dev.synod.data.map.MapMachine;
import dev.synod.data.map.MapState;
import dev.synod.data.map.StoredEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A snapshot is of one moment, whatever is written since; and nothing that is written is lost. */
class FrozenMapTest {
  private final MapMachine machine = new MapMachine();
  private final MapMachine twin = new MapMachine();
  private long slot;

  private static byte[] bytes(Frozen frozen) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frozen.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] snapshot(MapMachine of) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    of.snapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The same change to both; the twin is never frozen in between. */
  private void change(SplittableRandom random) {
    slot++;
    String map = "map" + random.nextInt(3);
    String key = "key" + random.nextInt(40);
    byte[] command =
        random.nextInt(3) == 0
            ? Replicas.command(MapCodec.REMOVE, map, key, 0, "")
            : Replicas.command(MapCodec.PUT, map, key, 0, "value " + slot);
    Replicas.apply(machine, slot, command);
    Replicas.apply(twin, slot, command);
    machine.applied(slot);
    twin.applied(slot);
  }

  private void sameForReaders() {
    for (int map = 0; map < 3; map++) {
      String name = "map" + map;
      assertThat(machine.scan(name, "", null, 100)).isEqualTo(twin.scan(name, "", null, 100));
      assertThat(machine.size(name)).isEqualTo(twin.size(name));
      for (int key = 0; key < 40; key++) {
        assertThat(machine.get(name, "key" + key)).isEqualTo(twin.get(name, "key" + key));
      }
    }
    assertThat(machine.hash()).isEqualTo(twin.hash());
  }

  @Test
  void aSnapshotIsOfTheMomentItWasFrozenAt_andReadersSeeAllThatWasWrittenSince()
      throws IOException {
    for (long seed = 1; seed <= 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = random.nextInt(100); i > 0; i--) {
        change(random);
      }
      byte[] then = snapshot(twin);
      Frozen frozen = machine.freeze();
      for (int i = random.nextInt(200); i > 0; i--) {
        change(random);
      }
      sameForReaders();
      assertThat(bytes(frozen)).isEqualTo(then);
      frozen.close();
      sameForReaders();
      for (int i = random.nextInt(20); i > 0; i--) {
        change(random);
      }
      sameForReaders();
      assertThat(snapshot(machine)).isEqualTo(snapshot(twin));
    }
  }

  @Test
  void whatWasChangedMeanwhileGoesBackAFewAtATime_underFurtherChanges() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    MapState map = new MapState("m", 0);
    MapState same = new MapState("m", 0);
    for (int round = 0; round < 50; round++) {
      MapState.Kept kept = map.freeze();
      int size = map.size();
      for (int i = 0; i < 30; i++) {
        change(map, same, random);
      }
      assertThat(kept.sorted()).hasSize(size);
      map.thaw();
      while (map.putBack(3) == 3) {
        change(map, same, random);
        assertThat(map.scan("", null, 100)).isEqualTo(same.scan("", null, 100));
      }
      assertThat(map.size()).isEqualTo(same.size());
    }
  }

  private static void change(MapState map, MapState same, SplittableRandom random) {
    String key = "key" + random.nextInt(20);
    StoredEntry entry = new StoredEntry(key, new byte[] {1}, 1, 1, 1);
    for (MapState state : new MapState[] {map, same}) {
      MapState.Cell cell = state.cell(key);
      if (cell == null) {
        state.add(entry);
      } else if (key.hashCode() % 2 == 0) {
        state.remove(key);
      } else {
        state.overwrite(cell, entry);
      }
    }
  }

  @Test
  void aStateIsReadOnAnotherThreadWhileTheOldOneIsInUse() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 300; i++) {
      change(random);
    }
    MapMachine behind = new MapMachine();
    Runnable state = behind.prepare(new ByteArrayInputStream(snapshot(machine)));
    assertThat(behind.slot()).isZero();
    state.run();
    assertThat(behind.slot()).isEqualTo(slot);
    assertThat(behind.hash()).isEqualTo(machine.hash());
    assertThat(behind.since("map1", slot - 1)).as("its history begins with the state").isNull();
    assertThat(behind.since("map1", slot)).isEmpty();
    assertThat(behind.since("another map", slot - 1)).isNull();
  }
}
