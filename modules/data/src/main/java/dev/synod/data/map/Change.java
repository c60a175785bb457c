package dev.synod.data.map;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of a map.
 *
 * @param key changed key
 * @param value new value; null if the key was removed. All listeners share the buffer and must not
 *     write to it
 * @param version version of this change
 */
public record Change(String key, @Nullable Buffer value, long version) {}
