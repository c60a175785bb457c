package dev.synod.core.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Things under rising numbers, of which the lowest mostly go first: requests under way. An array of
 * which a window is in use, so that no request costs a node of a tree and the boxes of its number.
 */
public final class SequenceWindow<T> {
  private static final int SMALLEST = 64;

  /** By number, modulo the length, which is a power of two. */
  private @Nullable Object[] cells = new @Nullable Object[SMALLEST];

  /** Within [first, next); {@code first} is there, unless all are gone. */
  private long first = 1;

  private long next = 1;
  private int size;

  /**
   * Puts a thing under a number.
   *
   * @throws IllegalArgumentException unless the number is positive and higher than all before
   */
  public void put(long number, T thing) {
    if (number < next) {
      throw new IllegalArgumentException(number + " does not come after " + (next - 1));
    }
    if (size == 0) {
      first = number;
    }
    if (number - first >= cells.length) {
      grow(number);
    }
    cells[cell(number)] = Objects.requireNonNull(thing);
    next = number + 1;
    size++;
  }

  private void grow(long number) {
    long needed = Math.max(number - first + 1, 2L * cells.length);
    if (needed > 1 << 30) {
      throw new IllegalArgumentException(number + " is too far from " + first);
    }
    @Nullable Object[] old = cells;
    cells = new @Nullable Object[Integer.highestOneBit((int) needed - 1) << 1];
    for (long each = first; each < next; each++) {
      cells[cell(each)] = old[(int) (each & (old.length - 1))];
    }
  }

  private int cell(long number) {
    return (int) (number & (cells.length - 1));
  }

  /** What is under the number; null if nothing is. */
  @SuppressWarnings("unchecked") // only put writes to the cells
  public @Nullable T get(long number) {
    return number < first || number >= next ? null : (T) cells[cell(number)];
  }

  /** Takes away, and answers, what is under the number; null if nothing is. */
  public @Nullable T remove(long number) {
    T thing = get(number);
    if (thing != null) {
      cells[cell(number)] = null;
      size--;
      while (first < next && cells[cell(first)] == null) {
        first++;
      }
    }
    return thing;
  }

  /** The lowest number that is in use; if none is, the next that may be. */
  public long first() {
    return first;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** What is there now, by rising number. */
  public List<T> toList() {
    List<T> all = new ArrayList<>(size);
    for (long number = first; number < next; number++) {
      T thing = get(number);
      if (thing != null) {
        all.add(thing);
      }
    }
    return all;
  }

  /** Takes all away. */
  public void clear() {
    for (long number = first; number < next; number++) {
      cells[cell(number)] = null;
    }
    first = next;
    size = 0;
  }
}
