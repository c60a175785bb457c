package dev.synod.data.machine;

import org.jspecify.annotations.Nullable;

/**
 * A decoded write of one key, or a condition or an operation of a transaction ({@link
 * MapCodec.Part}).
 *
 * @param version expected version; 0 if the kind has none
 * @param life time to live of the value in milliseconds; 0 if it stays
 * @param value value; null if the kind has none
 */
@SuppressWarnings("ArrayRecordComponent")
// never compared
record MapPart(byte kind, String key, long version, long life, byte @Nullable [] value) {}
