package dev.synod.data;

import org.jspecify.annotations.Nullable;

/**
 * What became of a write.
 *
 * @param done whether the map was changed; if not, the operation's condition did not hold
 * @param slot where the write was decided, whether it changed anything or not
 * @param version if done, the version of this change, which the value now has (the removal of a key
 *     has one too); if not, the version the key has, 0 if it is absent: enough to try again
 * @param previous what the key held before, null if it was absent; {@link ReplicatedMap#put} does
 *     not fetch it, and has null always
 */
public record WriteResult<V>(boolean done, long slot, long version, @Nullable V previous) {}
