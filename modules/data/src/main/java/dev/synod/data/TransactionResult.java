package dev.synod.data;

import dev.synod.data.map.MapEntry;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of a transaction.
 *
 * @param succeeded whether all conditions held, so that the operations of {@link
 *     MapTransaction#then} ran; otherwise those of {@link MapTransaction#otherwise} ran
 * @param slot slot in which the transaction was decided, and of which its reads are
 * @param results results of the operations that ran, in their order
 */
public record TransactionResult<V>(boolean succeeded, long slot, List<OperationResult<V>> results) {

  /** The result of one operation: that of a put or a removal, or what a get read. */
  public sealed interface OperationResult<V> permits WriteResult, Found {}

  /**
   * What a get read.
   *
   * @param entry entry of the key; null if the key is absent
   */
  public record Found<V>(@Nullable MapEntry<V> entry) implements OperationResult<V> {}

  public TransactionResult {
    results = List.copyOf(results);
  }

  /**
   * Returns what a get read; null if the key is absent.
   *
   * @param operation number of the operation in its branch, from 0
   * @throws IllegalArgumentException if that operation is no get
   */
  public @Nullable MapEntry<V> entry(int operation) {
    if (results.get(operation) instanceof Found<V> found) {
      return found.entry();
    }
    throw other(operation, "get");
  }

  /**
   * Returns the result of a put or of a removal.
   *
   * @param operation number of the operation in its branch, from 0
   * @throws IllegalArgumentException if that operation is neither
   */
  public WriteResult<V> write(int operation) {
    if (results.get(operation) instanceof WriteResult<V> write) {
      return write;
    }
    throw other(operation, "put or removal");
  }

  private IllegalArgumentException other(int operation, String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "operation %d of the transaction is no %s, its result is %s",
            operation,
            expected,
            results.get(operation)));
  }
}
