package dev.synod.data.map.state;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The ends of all entries that have one, in the order in which they come. */
public final class Ends {
  /** The end of an entry, in milliseconds since 1970. */
  public record End(long time, String map, String key) {}

  private final TreeSet<End> ends =
      new TreeSet<>(
          Comparator.comparingLong(End::time).thenComparing(End::map).thenComparing(End::key));

  /** Adds the end of an entry, if it has one. */
  public void add(String map, StoredEntry entry) {
    if (entry.end() != StoredEntry.NEVER) {
      ends.add(new End(entry.end(), map, entry.key()));
    }
  }

  /** Removes the end of an entry, if it has one. */
  public void remove(String map, StoredEntry entry) {
    if (entry.end() != StoredEntry.NEVER) {
      ends.remove(new End(entry.end(), map, entry.key()));
    }
  }

  /** Returns the first end; null if there is none. */
  public @Nullable End first() {
    return ends.isEmpty() ? null : ends.first();
  }

  /** Returns the time of the first end after a time; {@link StoredEntry#NEVER} if there is none. */
  public long after(long time) {
    End first = first();
    if (first == null || first.time() > time || time == Long.MAX_VALUE) {
      return first == null ? StoredEntry.NEVER : first.time();
    }
    End next = ends.ceiling(new End(time + 1, "", ""));
    return next == null ? StoredEntry.NEVER : next.time();
  }
}
