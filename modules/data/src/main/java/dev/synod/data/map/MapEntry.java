package dev.synod.data.map;

/**
 * A key with its value.
 *
 * @param version of the write that gave it this value: unique in the group, rising, at least 1
 * @param slot where that write was decided
 */
public record MapEntry<V>(String key, V value, long version, long slot) {}
