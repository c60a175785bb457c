package dev.synod.storage.config;

import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a member keeps its log.
 *
 * @param directory the member's own; made if absent; null only in {@link Durability#MEMORY}
 * @param group the group the member belongs to, at most 512 bytes in UTF-8
 * @param member the member's name, at most 512 bytes in UTF-8
 * @param durability what durable means
 * @param segmentBytes how large a file of the log is: a multiple of 4,096, from 32 KiB to 1 GiB
 * @param strict whether a damaged end of the log is taken for lost records instead of a write that
 *     a crash cut short. Safer against disks that forget what they confirmed or rot, and costs a
 *     page more in each write; after a crash the slots of the last batch are unknown until peers
 *     tell them
 * @param files the file system
 */
public record StoreOptions(
    @Nullable Path directory,
    String group,
    String member,
    Durability durability,
    long segmentBytes,
    boolean strict,
    FileSystem files) {
  /** 64 MiB. */
  public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

  private static final long LEAST_SEGMENT_BYTES = 32L << 10;
  private static final long MOST_SEGMENT_BYTES = 1L << 30;

  public StoreOptions {
    requireName("group", group);
    requireName("member", member);
    Objects.requireNonNull(files, "files");
    if (directory == null && durability != Durability.MEMORY) {
      throw new IllegalArgumentException(
          "a store in " + durability + " needs a directory; only MEMORY does without");
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

  /** A store in a directory, with the defaults: FSYNC, 64 MiB, not strict, real files. */
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

  /** A store without files. */
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
