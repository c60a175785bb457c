package dev.synod.data.map;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of a map.
 *
 * @param value the key's value from now on; null: it was removed. Shared by all who hear of this
 *     change: not to be written to
 * @param version of this change
 */
public record Change(String key, @Nullable Buffer value, long version) {}
