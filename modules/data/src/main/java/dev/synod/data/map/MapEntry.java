package dev.synod.data.map;

/**
 * A key and its value.
 *
 * @param key key
 * @param value value
 * @param version version of the write that set the value: unique in the group, rising, at least 1
 * @param slot slot in which that write was decided
 */
public record MapEntry<V>(String key, V value, long version, long slot) {}
