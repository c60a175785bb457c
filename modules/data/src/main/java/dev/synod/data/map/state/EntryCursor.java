package dev.synod.data.map.state;

import dev.synod.data.map.MapEntry;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A walk over the entries of one map whose keys have a prefix, in rising order of the keys. */
public final class EntryCursor {
  /** Begins a walk over the cells of all maps. */
  public interface Start {
    CellTree.Cursor from(String map, String key, boolean inclusive);
  }

  private final String map;
  private final String prefix;
  private final CellTree.Cursor cells;

  /**
   * Creates a cursor.
   *
   * @param after key after which it starts; null for the beginning
   */
  public EntryCursor(Start start, String map, String prefix, @Nullable String after) {
    this.map = map;
    this.prefix = prefix;
    boolean fromPrefix = after == null || after.compareTo(prefix) < 0;
    this.cells = start.from(map, after == null || fromPrefix ? prefix : after, fromPrefix);
  }

  /** Returns the cell of the next entry; null at the end. */
  public @Nullable Cell nextCell() {
    Cell cell = cells.next();
    return cell == null || !cell.map.name.equals(map) || !cell.key.startsWith(prefix) ? null : cell;
  }

  /** Returns the next entry; null at the end. */
  public @Nullable MapEntry<Buffer> next() {
    Cell cell = nextCell();
    return cell == null ? null : cell.entry().toEntry();
  }
}
