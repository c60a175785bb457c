package dev.synod.data.map.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of cells that grows by one bucket at a time, so that no insertion has to move all
 * entries (linear hashing: Litwin, "Linear Hashing: A New Tool for File and Table Addressing",
 * 1980; in memory with segments: Larson, "Dynamic Hash Tables", 1988).
 *
 * <p>A bucket holds at most {@value #CHAIN} cells, so that keys with equal hashes cannot make a
 * lookup slow. The further cells of a full bucket are in the sorted index only; a mark at the end
 * of the bucket says that the index must be searched as well.
 */
public final class CellTable {
  private static final int SEGMENT = 512;
  private static final int CHAIN = 16;

  /** Mark at the end of a bucket that was full at some time. */
  private static final Cell FULL = new Cell(new MapState("", 0), "", null);

  private final CellTree index;
  private Cell[][] segments = {new Cell[SEGMENT]};

  /** Number of buckets: a power of two from which the table grows, and the buckets split since. */
  private int buckets = SEGMENT;

  /** The smallest power of two above the number of buckets, minus one. */
  private int mask = 2 * SEGMENT - 1;

  private int size;

  public CellTable(CellTree index) {
    this.index = index;
  }

  private int bucket(int hash) {
    int bucket = hash & mask;
    return bucket < buckets ? bucket : bucket - (mask + 1) / 2;
  }

  private @Nullable Cell first(int bucket) {
    return segments[bucket / SEGMENT][bucket % SEGMENT];
  }

  private void setFirst(int bucket, @Nullable Cell cell) {
    segments[bucket / SEGMENT][bucket % SEGMENT] = cell;
  }

  @Nullable Cell find(MapState map, String key) {
    int hash = Cell.hash(map, key);
    for (Cell cell = first(bucket(hash)); cell != null; cell = cell.next) {
      if (cell.hash == hash && cell.is(map, key)) {
        return cell;
      } else if (cell == FULL) {
        return index.find(map.name, key);
      }
    }
    return null;
  }

  /** Adds a cell whose key is absent. */
  public void add(Cell cell) {
    int bucket = bucket(cell.hash);
    int length = 0;
    Cell last = null;
    for (Cell other = first(bucket); other != null && other != FULL; other = other.next) {
      length++;
      last = other;
    }
    if (length < CHAIN) {
      cell.next = first(bucket);
      setFirst(bucket, cell);
    } else if (last != null) {
      last.next = FULL;
    }
    size++;
    if (size > buckets) {
      split();
    }
  }

  /** Puts a cell at the place of another one with the same key. */
  public void replace(Cell old, Cell cell) {
    link(old, cell, old.next);
  }

  public void remove(Cell cell) {
    link(cell, null, cell.next);
    size--;
  }

  /** Replaces a cell in its bucket, if it is there, by another one or by none. */
  private void link(Cell old, @Nullable Cell cell, @Nullable Cell next) {
    int bucket = bucket(old.hash);
    Cell before = null;
    for (Cell at = first(bucket); at != null; before = at, at = at.next) {
      if (at == old) {
        Cell here = cell == null ? next : cell;
        if (cell != null) {
          cell.next = next;
        }
        if (before == null) {
          setFirst(bucket, here);
        } else {
          before.next = here;
        }
        return;
      }
    }
  }

  /** Adds a bucket and moves there what belongs there from one other bucket. */
  private void split() {
    if (buckets > mask) {
      mask = 2 * mask + 1;
    }
    int half = (mask + 1) / 2;
    if (buckets % SEGMENT == 0) {
      int segment = buckets / SEGMENT;
      if (segment == segments.length) {
        segments = Arrays.copyOf(segments, 2 * segment);
      }
      segments[segment] = new Cell[SEGMENT];
    }
    int from = buckets - half;
    Cell stays = null;
    Cell moves = null;
    Cell cell = first(from);
    boolean full = false;
    while (cell != null) {
      Cell next = cell.next;
      if (cell == FULL) {
        full = true;
      } else if ((cell.hash & half) == 0) {
        cell.next = stays;
        stays = cell;
      } else {
        cell.next = moves;
        moves = cell;
      }
      cell = next;
    }
    setFirst(from, full ? marked(stays) : stays);
    setFirst(buckets, full ? marked(moves) : moves);
    buckets++;
  }

  /** Appends the mark of a full bucket. */
  private static Cell marked(@Nullable Cell first) {
    if (first == null) {
      return FULL;
    }
    Cell last = first;
    while (last.next != null) {
      last = last.next;
    }
    last.next = FULL;
    return first;
  }
}
