package dev.synod.data.map.state;

import java.util.zip.CRC32C;

/**
 * Hash of one entry. The hash of the state is the sum over all entries, so that it is cheap to
 * update and independent of the order of writes. It detects accidental differences between
 * replicas; it does not resist deliberate collisions.
 */
public final class EntryHash {
  private final CRC32C crc = new CRC32C();

  public long of(String map, String key, byte[] value, long version, long slot, long end) {
    // The JVM computes CRC32C with dedicated instructions, Arrays.hashCode with one multiplication
    // per byte.
    crc.reset();
    crc.update(value);
    long hash = mix(((long) map.hashCode() << 32) ^ (key.hashCode() & 0xFFFF_FFFFL));
    hash = mix(hash ^ crc.getValue());
    hash = mix(hash ^ version);
    hash = mix(hash ^ slot);
    return end == StoredEntry.NEVER ? hash : mix(hash ^ end);
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable generators", 2014). */
  public static long mix(long seed) {
    long hash = seed + 0x9E3779B97F4A7C15L;
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    return hash ^ (hash >>> 31);
  }
}
