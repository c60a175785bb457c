package dev.synod.core.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A map from rising numbers to objects, of which the lowest are mostly removed first, such as
 * requests in flight. An array with a moving window avoids a tree node and a boxed number for each
 * request.
 */
public final class SequenceWindow<T> {
  private static final int SMALLEST = 64;

  /** Objects by number, modulo the length, which is a power of two. */
  private @Nullable Object[] cells = new @Nullable Object[SMALLEST];

  /** Window [first, next); {@code first} is present unless the map is empty. */
  private long first = 1;

  private long next = 1;
  private int size;

  /**
   * Adds an object.
   *
   * @throws IllegalArgumentException if the number is not higher than all earlier ones
   */
  public void put(long number, T thing) {
    if (number < next) {
      throw new IllegalArgumentException(number + " does not follow " + (next - 1));
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

  /** Returns the object of the number; null if there is none. */
  @SuppressWarnings("unchecked") // only put writes to the cells
  public @Nullable T get(long number) {
    return number < first || number >= next ? null : (T) cells[cell(number)];
  }

  /** Removes and returns the object of the number; null if there is none. */
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

  /** Returns the lowest number in use; if there is none, the next possible number. */
  public long first() {
    return first;
  }

  /** Returns the number of objects. */
  public int size() {
    return size;
  }

  /** Tells whether there is no object. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns the objects in rising order of the numbers. */
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

  /** Removes all objects. */
  public void clear() {
    for (long number = first; number < next; number++) {
      cells[cell(number)] = null;
    }
    first = next;
    size = 0;
  }
}
