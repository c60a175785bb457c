package dev.synod.data;

import dev.synod.data.machine.MapView;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.SynodException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and decodes the entries of a view on a caller's context, in slices: the event loop of that
 * context may be the member's.
 */
final class ViewReader<V> {
  /** Number of entries and approximate size of a slice. */
  static final int SLICE = 256;

  static final long SLICE_BYTES = 256 << 10;

  private final ContextInternal caller;
  private final MapView view;
  private final EntryCodec<V> codec;
  private final int limit;
  private final long maxBytes;
  private final BooleanSupplier wanted;
  private final Promise<List<MapEntry<V>>> done;
  private final List<MapEntry<V>> entries = new ArrayList<>();
  private long bytes;

  /**
   * Creates a reader.
   *
   * @param limit maximum number of entries
   * @param maxBytes size of keys and values together beyond which the reader fails
   * @param wanted tells whether the reader is still to go on; otherwise it never completes
   */
  ViewReader(
      ContextInternal caller,
      MapView view,
      EntryCodec<V> codec,
      int limit,
      long maxBytes,
      BooleanSupplier wanted) {
    this.caller = caller;
    this.view = view;
    this.codec = codec;
    this.limit = limit;
    this.maxBytes = maxBytes;
    this.wanted = wanted;
    this.done = caller.promise();
  }

  /** Starts to read; called on the caller's context. */
  Future<List<MapEntry<V>>> read() {
    slice();
    return done.future();
  }

  private void slice() {
    if (!wanted.getAsBoolean()) {
      return;
    }
    try {
      long end = bytes + SLICE_BYTES;
      for (int left = SLICE; left > 0 && bytes < end; left--) {
        MapEntry<Buffer> entry = entries.size() < limit ? view.next() : null;
        if (entry == null) {
          done.complete(entries);
          return;
        }
        add(entry);
      }
    } catch (RuntimeException failed) {
      done.fail(failed);
      return;
    }
    NextPass.run(caller, this::slice);
  }

  private void add(MapEntry<Buffer> entry) {
    bytes += entry.key().length() + entry.value().length();
    if (bytes > maxBytes) {
      throw new SynodException.TooLarge(
          String.format(
              Locale.ROOT,
              "the requested entries of map '%s' have more than %d bytes together: use a smaller limit, or fewer keys",
              codec.name,
              maxBytes));
    }
    @Nullable V value = codec.decode(entry.key(), entry.value());
    entries.add(new MapEntry<>(entry.key(), value, entry.version(), entry.slot()));
  }
}
