package dev.synod.data.map;

import java.util.zip.CRC32C;

/**
 * What an entry adds to the hash of the state, which is the sum over all entries: cheap to keep up
 * to date on every change, and the same in whatever order they were written. To notice that
 * replicas differ by accident; it stops nobody who wants a collision.
 */
final class EntryHash {
  private final CRC32C crc = new CRC32C();

  long of(String map, String key, byte[] value, long version, long slot) {
    // The JVM computes it with instructions made for that, Arrays.hashCode with a multiplication
    // per byte.
    crc.reset();
    crc.update(value);
    long hash = mix(((long) map.hashCode() << 32) ^ (key.hashCode() & 0xFFFF_FFFFL));
    hash = mix(hash ^ crc.getValue());
    hash = mix(hash ^ version);
    return mix(hash ^ slot);
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable generators", 2014). */
  static long mix(long seed) {
    long hash = seed + 0x9E3779B97F4A7C15L;
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    return hash ^ (hash >>> 31);
  }
}
