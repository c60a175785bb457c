package dev.synod.data;

import dev.synod.data.MapTransaction.Condition;
import dev.synod.data.MapTransaction.Operation;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapCodec.Part;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.json.DecodeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/** Checks and encodes one transaction, and decodes its result. */
final class TransactionCodec<V> {
  private final EntryCodec<V> entries;

  /** Time to live of the values that have none of their own; 0 if they stay. */
  private final long life;

  private final int maxBytes;
  private long bytes;

  TransactionCodec(SynodOptions options, EntryCodec<V> entries, long life) {
    this.entries = entries;
    this.life = life;
    this.maxBytes = Math.min(MapCodec.MAX_TRANSACTION_BYTES, options.getMaxCommandBytes());
    this.bytes = MapCodec.transactionBytes(entries.nameBytes);
  }

  byte[] command(MapTransaction<V> transaction) {
    return MapCodec.transaction(
        entries.nameBytes,
        parts("conditions", transaction.conditions(), this::condition),
        operations("operations of 'then'", transaction.then()),
        operations("operations of 'otherwise'", transaction.otherwise()));
  }

  private List<Part> operations(String what, List<Operation<V>> operations) {
    TreeSet<String> written = new TreeSet<>();
    for (Operation<V> operation : operations) {
      if (!(operation instanceof Operation.Get) && !written.add(operation.key())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s is written twice by the %s", entries.at(operation.key()), what));
      }
    }
    return parts(what, operations, this::operation);
  }

  private <T> List<Part> parts(String what, List<T> list, Function<T, Part> encoded) {
    if (list.size() > MapCodec.MAX_PARTS) {
      throw new SynodException.TooLarge(
          String.format(
              Locale.ROOT,
              "a transaction on map '%s' has %d %s, but at most %d are allowed",
              entries.name,
              list.size(),
              what,
              MapCodec.MAX_PARTS));
    }
    List<Part> parts = new ArrayList<>();
    for (T each : list) {
      Part part = encoded.apply(each);
      bytes += MapCodec.partBytes(part);
      // Each part is checked, so that no more than the limit is encoded.
      if (bytes > maxBytes) {
        throw new SynodException.TooLarge(
            String.format(
                Locale.ROOT,
                "a transaction on map '%s' has more than %d bytes: use smaller values or fewer operations",
                entries.name,
                maxBytes));
      }
      parts.add(part);
    }
    return parts;
  }

  private Part condition(Condition<V> condition) {
    String key = condition.key();
    byte[] keyBytes = entries.key(key);
    if (condition instanceof Condition.VersionEquals<V> equals) {
      long version = entries.version(key, equals.version(), 0);
      return new Part(MapCodec.IF_VERSION, keyBytes, version, 0, null);
    } else if (condition instanceof Condition.ValueEquals<V> equals) {
      return new Part(MapCodec.IF_VALUE, keyBytes, 0, 0, entries.value(key, equals.value()));
    }
    return new Part(MapCodec.IF_PRESENT, keyBytes, 0, 0, null);
  }

  private Part operation(Operation<V> operation) {
    String key = operation.key();
    byte[] keyBytes = entries.key(key);
    if (operation instanceof Operation.Put<V> put) {
      long lives = put.timeToLive() == 0 ? life : entries.life(put.timeToLive());
      return new Part(MapCodec.PUT, keyBytes, 0, lives, entries.value(key, put.value()));
    }
    byte kind = operation instanceof Operation.Remove ? MapCodec.REMOVE : MapCodec.READ;
    return new Part(kind, keyBytes, 0, 0, null);
  }

  TransactionResult<V> result(MapTransaction<V> transaction, long slot, byte[] result) {
    ByteBuffer bytes = ByteBuffer.wrap(result);
    boolean succeeded = bytes.get() != 0;
    List<TransactionResult.OperationResult<V>> results = new ArrayList<>();
    for (Operation<V> operation : succeeded ? transaction.then() : transaction.otherwise()) {
      byte[] one = new byte[bytes.getInt()];
      bytes.get(one);
      String key = operation.key();
      try {
        results.add(
            operation instanceof Operation.Get
                ? new TransactionResult.Found<>(entries.got(key, one))
                : entries.written(key, slot, one));
      } catch (DecodeException bad) {
        // The transaction itself is done; only this result cannot be decoded.
        throw new DecodeException(
            String.format(
                Locale.ROOT,
                "the %s ran at slot %d, but a result cannot be decoded: %s",
                succeeded ? "operations of 'then'" : "operations of 'otherwise'",
                slot,
                bad.getMessage()),
            bad);
      }
    }
    return new TransactionResult<>(succeeded, slot, results);
  }
}
