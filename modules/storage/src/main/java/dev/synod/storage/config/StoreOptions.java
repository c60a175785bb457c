package dev.synod.storage.config;

import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of a member's store.
 *
 * @param directory directory of the store, created if absent; null only for {@link
 *     Durability#MEMORY}
 * @param group name of the group, at most 512 bytes of UTF-8
 * @param member name of the member, at most 512 bytes of UTF-8
 * @param durability failure that durable records survive
 * @param segmentBytes size of a log file: a multiple of 4,096, from 32 KiB to 1 GiB
 * @param strict whether a damaged end of the log counts as lost records instead of a write that a
 *     crash interrupted. Strict mode protects against disks that lose confirmed writes, and it
 *     costs one more page in each write. After a crash the slots of the last batch are unknown
 *     until other members report them
 * @param files file system
 */
public record StoreOptions(
    @Nullable Path directory,
    String group,
    String member,
    Durability durability,
    long segmentBytes,
    boolean strict,
    FileSystem files) {
  /** Default size of a log file: 64 MiB. */
  public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

  private static final long LEAST_SEGMENT_BYTES = 32L << 10;
  private static final long MOST_SEGMENT_BYTES = 1L << 30;

  public StoreOptions {
    requireName("group", group);
    requireName("member", member);
    Objects.requireNonNull(files, "files");
    if (directory == null && durability != Durability.MEMORY) {
      throw new IllegalArgumentException(
          "a store in " + durability + " needs a directory; only MEMORY needs none");
    }
    if (segmentBytes < LEAST_SEGMENT_BYTES
        || segmentBytes > MOST_SEGMENT_BYTES
        || segmentBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "segmentBytes is " + segmentBytes + ", not a multiple of 4096 from 32 KiB to 1 GiB");
    }
  }

  private static void requireName(String what, String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > PageFormat.MAX_NAME) {
      throw new IllegalArgumentException(
          "the name of the " + what + " has " + bytes + " bytes, not 1 to " + PageFormat.MAX_NAME);
    }
  }

  /**
   * Returns options for a directory with the defaults: FSYNC, 64 MiB, not strict, the real file
   * system.
   */
  public static StoreOptions in(Path directory, String group, String member) {
    return new StoreOptions(
        directory,
        group,
        member,
        Durability.FSYNC,
        DEFAULT_SEGMENT_BYTES,
        false,
        FileSystem.real());
  }

  /** Returns options for a store without files. */
  public static StoreOptions inMemory(String group, String member) {
    return new StoreOptions(
        null, group, member, Durability.MEMORY, DEFAULT_SEGMENT_BYTES, false, FileSystem.real());
  }

  public StoreOptions withDurability(Durability durability) {
    return new StoreOptions(directory, group, member, durability, segmentBytes, strict, files);
  }

  public StoreOptions withSegmentBytes(long segmentBytes) {
    return new StoreOptions(directory, group, member, durability, segmentBytes, strict, files);
  }

  public StoreOptions withStrict(boolean strict) {
    return new StoreOptions(directory, group, member, durability, segmentBytes, strict, files);
  }

  public StoreOptions withFiles(FileSystem files) {
    return new StoreOptions(directory, group, member, durability, segmentBytes, strict, files);
  }
}
