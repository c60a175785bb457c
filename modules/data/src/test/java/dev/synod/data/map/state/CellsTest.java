package dev.synod.data.map.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The table and the index, each step against a model. */
class CellsTest {
  private static final Comparator<String> ORDER = Comparator.naturalOrder();

  private final Cells cells = new Cells();
  private final Map<String, MapState> maps = new HashMap<>();
  private final TreeMap<String, TreeMap<String, StoredEntry>> model = new TreeMap<>(ORDER);
  private long version;

  private MapState map(String name) {
    return maps.computeIfAbsent(name, fresh -> new MapState(fresh, 0));
  }

  private void put(String name, String key) {
    MapState map = map(name);
    StoredEntry entry =
        new StoredEntry(key, new byte[] {1}, ++version, version, StoredEntry.NEVER, 0);
    Cell cell = cells.find(map, key);
    StoredEntry before = model.computeIfAbsent(name, fresh -> new TreeMap<>()).put(key, entry);
    assertThat(cell == null ? null : cell.entry()).isEqualTo(before);
    if (cell == null) {
      cells.add(map, entry);
    } else {
      cells.overwrite(cell, entry);
    }
  }

  private void remove(String name, String key) {
    Cell cell = cells.find(map(name), key);
    StoredEntry before = model.getOrDefault(name, new TreeMap<>()).remove(key);
    assertThat(cell == null ? null : cell.entry()).isEqualTo(before);
    if (cell != null) {
      cells.remove(cell);
    }
  }

  private List<StoredEntry> expected() {
    return model.values().stream().flatMap(map -> map.values().stream()).toList();
  }

  private static List<StoredEntry> read(CellTree.Cursor cursor) {
    List<StoredEntry> read = new ArrayList<>();
    for (Cell cell = cursor.next(); cell != null; cell = cursor.next()) {
      read.add(cell.entry());
    }
    assertThat(cursor.next()).as("the end stays").isNull();
    return read;
  }

  private void same() {
    assertThat(read(cells.from("", "", true))).isEqualTo(expected());
    model.forEach(
        (name, map) -> {
          assertThat(map(name).size).isEqualTo(map.size());
          map.forEach(
              (key, entry) -> {
                Cell cell = cells.find(map(name), key);
                assertThat(cell == null ? null : cell.entry()).isEqualTo(entry);
              });
        });
  }

  /** A bound somewhere in the order, present or not. */
  private void sameFrom(String name, String key, boolean inclusive) {
    List<StoredEntry> expected = new ArrayList<>();
    model
        .tailMap(name, true)
        .forEach(
            (of, map) ->
                expected.addAll((of.equals(name) ? map.tailMap(key, inclusive) : map).values()));
    assertThat(read(cells.from(name, key, inclusive))).isEqualTo(expected);
  }

  @Test
  void agreesWithATreeOfTreesWhileItGrowsAndShrinks() {
    for (long seed = 1; seed <= 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int keys = 1 + random.nextInt(8_000);
      for (int phase = 0; phase < 4; phase++) {
        int removals = random.nextInt(100);
        for (int i = 0; i < 4_000; i++) {
          String name = "m" + random.nextInt(3);
          String key = "k" + random.nextInt(keys);
          if (random.nextInt(100) < removals) {
            remove(name, key);
          } else {
            put(name, key);
          }
        }
        same();
        for (int i = 0; i < 5; i++) {
          String name = "m" + random.nextInt(4);
          sameFrom(name, "k" + random.nextInt(keys), random.nextBoolean());
        }
      }
    }
  }

  @Test
  void keysInRisingAndFallingOrderAndTheirRemovalAreInOrder() {
    for (int i = 0; i < 20_000; i++) {
      put("rising", "%06d".formatted(i));
      put("falling", "%06d".formatted(20_000 - i));
    }
    same();
    for (int i = 0; i < 20_000; i++) {
      if (i % 97 != 0) {
        remove("rising", "%06d".formatted(i));
        remove("falling", "%06d".formatted(20_000 - i));
      }
    }
    same();
    for (int i = 0; i <= 20_000; i++) {
      remove("rising", "%06d".formatted(i));
      remove("falling", "%06d".formatted(20_000 - i));
    }
    assertThat(read(cells.from("", "", true))).isEmpty();
    put("rising", "again");
    same();
  }

  @Test
  void everyFrozenTreeKeepsTheEntriesOfItsMoment() {
    SplittableRandom random = new SplittableRandom(5);
    List<CellTree.Node> frozen = new ArrayList<>();
    List<List<StoredEntry>> then = new ArrayList<>();
    for (int round = 0; round < 60; round++) {
      for (int i = random.nextInt(300); i > 0; i--) {
        String key = "k" + random.nextInt(500);
        if (random.nextInt(3) == 0) {
          remove("m", key);
        } else {
          put("m", key);
        }
      }
      frozen.add(cells.freeze(version));
      then.add(expected());
    }
    for (int i = 0; i < frozen.size(); i++) {
      assertThat(read(new CellTree.Cursor(frozen.get(i), "", "", true))).isEqualTo(then.get(i));
    }
    same();
  }

  /** "Aa" and "BB" have the same hash, and so do all sequences of them. */
  private static String collision(int number, int length) {
    StringBuilder key = new StringBuilder();
    for (int bit = 0; bit < length; bit++) {
      key.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return key.toString();
  }

  @Test
  void keysWithEqualHashesAreFoundThoughABucketHoldsFewOfThem() {
    SplittableRandom random = new SplittableRandom(9);
    assertThat(collision(0, 11).hashCode()).isEqualTo(collision(2047, 11).hashCode());
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 2048; i++) {
        put("m", collision(i, 11));
        put("m", "other" + round + i);
      }
      same();
      cells.freeze(version);
      for (int i = 0; i < 2048; i++) {
        if (random.nextInt(3) > 0) {
          remove("m", collision(i, 11));
        } else {
          put("m", collision(i, 11));
        }
      }
      same();
    }
  }

  @Test
  void aFrozenTreeIsReadOnAnotherThreadWhileTheMapIsWritten() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      put("m", "k" + i);
    }
    CellTree.Node frozen = cells.freeze(version);
    List<StoredEntry> then = expected();
    List<StoredEntry> read = new ArrayList<>();
    Thread reader =
        new Thread(() -> read.addAll(read(new CellTree.Cursor(frozen, "", "", true))), "reader");
    reader.start();
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      String key = "k" + random.nextInt(30_000);
      if (random.nextBoolean()) {
        put("m", key);
      } else {
        remove("m", key);
      }
    }
    reader.join();
    assertThat(read).isEqualTo(then);
    same();
  }
}
