package dev.synod.data;

import org.jspecify.annotations.Nullable;

/**
 * The result of a write.
 *
 * @param done whether the write changed the map; false if its condition did not hold
 * @param slot slot in which the write was decided, whether it changed the map or not
 * @param version if done, the version of this change (a removal has a version too); otherwise the
 *     current version of the key, 0 if it is absent, for the next attempt
 * @param previous value before the write, null if the key was absent; always null for a put without
 *     a condition
 */
public record WriteResult<V>(boolean done, long slot, long version, @Nullable V previous)
    implements TransactionResult.OperationResult<V> {}
