package dev.synod.data.map;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * One page of a map.
 *
 * @param slot last slot that was applied when the page was read
 * @param entries entries in rising order of the keys
 * @param more whether further entries follow after the last key of this page
 */
public record Scan(long slot, List<MapEntry<Buffer>> entries, boolean more) {}
