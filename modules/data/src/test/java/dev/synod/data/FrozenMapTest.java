package dev.synod.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.StateMachine.Frozen;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.machine.MapView;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.Scan;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  void viewsOfManyMomentsAreReadWhileWritesGoOn_eachWithTheEntriesOfItsMoment() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<MapView> views = new ArrayList<>();
      List<Scan> expected = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        for (int i = random.nextInt(30); i > 0; i--) {
          change(random);
        }
        views.add(machine.view("map1", "key1", "key10"));
        expected.add(twin.scan("map1", "key1", "key10", 100));
      }
      for (int i = 0; i < views.size(); i++) {
        assertThat(views.get(i).slot()).isEqualTo(expected.get(i).slot());
        assertThat(read(views.get(i))).isEqualTo(expected.get(i).entries());
      }
      sameForReaders();
    }
  }

  private static List<MapEntry<Buffer>> read(MapView view) {
    List<MapEntry<Buffer>> entries = new ArrayList<>();
    for (MapEntry<Buffer> entry = view.next(); entry != null; entry = view.next()) {
      entries.add(entry);
    }
    return entries;
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
    assertThat(Replicas.since(behind, "map1", slot - 1))
        .as("its history begins with the state")
        .isNull();
    assertThat(Replicas.since(behind, "map1", slot)).isEmpty();
    assertThat(Replicas.since(behind, "another map", slot - 1)).isNull();
  }
}
