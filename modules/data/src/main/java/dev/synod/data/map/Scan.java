package dev.synod.data.map;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A part of a map.
 *
 * @param slot the last slot applied when it was read
 * @param entries by rising key
 * @param more whether the limit left entries out; those come after the last key of these
 */
public record Scan(long slot, List<MapEntry<Buffer>> entries, boolean more) {}
