package dev.synod.storage.identity;

import dev.synod.core.message.IncarnationHistory;
import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.PageFormat;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.file.StorageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of a store, kept by the file {@code identity} in two copies on separate pages. The
 * file gets its name as the last step of creating a store; without it, the directory holds no
 * promises.
 *
 * <p>The identity counts the openings of the store and stores the tokens drawn at the last ones.
 * Two copies of a directory that are opened independently draw different tokens and can be told
 * apart.
 *
 * @param group group of the store
 * @param member member of the store
 * @param storeId random id, drawn when the store was created
 * @param start number of openings; 0 before the first
 * @param tokens tokens of the last openings, the latest last
 */
public record Identity(String group, String member, UUID storeId, long start, List<Long> tokens) {
  public static final String FILE = "identity";

  /** Name of the file until the first segment exists. */
  public static final String UNFINISHED = "identity.new";

  public static final String LOCK = "lock";

  /**
   * Directory at the root of many file systems, tolerated because a store may be the root of a
   * volume.
   */
  public static final String FOUND = "lost+found";

  private static final Logger logger = LoggerFactory.getLogger(Identity.class);
  private static final long MAGIC = 0x53796e6f6449644cL; // SynodIdL
  private static final int COPIES = 2;

  /** Maximum number of stored tokens, which fit into the page together with the longest names. */
  private static final int MOST_TOKENS = 256;

  /** Returns the number by which batches of this store are recognized. */
  public long mark() {
    return mark(storeId);
  }

  public static long mark(UUID id) {
    return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
  }

  public IncarnationHistory incarnationHistory() {
    return new IncarnationHistory(mark(), start, tokens);
  }

  /** Returns the identity after another opening. */
  public Identity openedAgain(long token) {
    List<Long> more = new ArrayList<>(tokens);
    more.add(token);
    int first = Math.max(0, more.size() - MOST_TOKENS);
    return new Identity(
        group, member, storeId, start + 1, List.copyOf(more.subList(first, more.size())));
  }

  @Override
  public String toString() {
    return "group " + group + ", member " + member + ", store " + storeId;
  }

  /** Reads the identity of a store and repairs a damaged copy from the other one. */
  public static Identity read(FileSystem files, Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    try (FileSystem.File file = files.open(path)) {
      Identity found = null;
      boolean damaged = false;
      for (int copy = 0; copy < COPIES; copy++) {
        ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE);
        file.read(page, (long) copy * PageFormat.PAGE);
        Identity identity = decode(page.flip(), path);
        damaged |= identity == null;
        // A crash between the two writes leaves the second copy as of the previous opening.
        boolean later = identity != null && (found == null || identity.start() > found.start());
        found = later ? identity : found;
      }
      if (found == null) {
        throw new StorageException(
            Kind.DAMAGED,
            "both copies in "
                + path
                + " are damaged, so the member of this log is unknown. Restore the file from a"
                + " backup of this member, or replace the member by a new one under a new name");
      }
      if (damaged) {
        logger.warn("{}: one copy is damaged and is repaired from the other one", path);
        for (int copy = 0; copy < COPIES; copy++) {
          ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE);
          file.read(page, (long) copy * PageFormat.PAGE);
          if (decode(page.flip(), path) == null) {
            file.write(found.encode(), (long) copy * PageFormat.PAGE);
          }
        }
        file.force();
      }
      return found;
    }
  }

  /** Writes the identity of a store that is being created. */
  public void write(FileSystem files, Path directory) throws IOException {
    try (FileSystem.File file = files.create(directory.resolve(UNFINISHED))) {
      for (int copy = 0; copy < COPIES; copy++) {
        file.write(encode(), (long) copy * PageFormat.PAGE);
      }
      file.force();
    }
    files.forceDirectory(directory);
  }

  /**
   * Writes the identity after an opening: one copy after the other, so that one copy is always
   * valid.
   */
  public void rewrite(FileSystem files, Path directory) throws IOException {
    try (FileSystem.File file = files.open(directory.resolve(FILE))) {
      for (int copy = 0; copy < COPIES; copy++) {
        file.write(encode(), (long) copy * PageFormat.PAGE);
        file.force();
      }
    }
  }

  /** Completes the creation of the store. */
  public static void publish(FileSystem files, Path directory) throws IOException {
    files.rename(directory.resolve(UNFINISHED), directory.resolve(FILE));
    files.forceDirectory(directory);
  }

  private ByteBuffer encode() {
    ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE);
    page.putLong(MAGIC).putShort((short) PageFormat.VERSION).putShort((short) 0);
    page.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
    PageFormat.putName(page, group);
    PageFormat.putName(page, member);
    page.putLong(start).putShort((short) tokens.size());
    tokens.forEach(page::putLong);
    int end = page.position();
    page.putShort(10, (short) end).putInt(PageFormat.crc(page, 0, end));
    return page.clear();
  }

  private static @Nullable Identity decode(ByteBuffer page, Path path) {
    if (page.remaining() < 12 || page.getLong(0) != MAGIC) {
      return null;
    }
    int end = page.getShort(10);
    if (end < 12
        || end + Integer.BYTES > page.limit()
        || PageFormat.crc(page, 0, end) != page.getInt(end)) {
      return null;
    }
    int version = page.getShort(8);
    if (version != PageFormat.VERSION) {
      throw new StorageException(
          Kind.INCOMPATIBLE_FORMAT,
          path
              + " is of format "
              + version
              + ", but this version of Synod reads format "
              + PageFormat.VERSION
              + "; use the version that wrote it");
    }
    try {
      page.position(12);
      UUID storeId = new UUID(PageFormat.need(page, 2 * Long.BYTES).getLong(), page.getLong());
      String group = PageFormat.name(page);
      String member = PageFormat.name(page);
      // Files of versions without a count of openings end here.
      return page.position() == end
          ? new Identity(group, member, storeId, 0, List.of())
          : opened(group, member, storeId, page);
    } catch (IllegalArgumentException damaged) {
      return null;
    }
  }

  private static Identity opened(String group, String member, UUID storeId, ByteBuffer page) {
    long start = PageFormat.need(page, Long.BYTES + Short.BYTES).getLong();
    int count = page.getShort();
    if (count < 0 || count > MOST_TOKENS || start < count) {
      throw new IllegalArgumentException(start + " openings, and tokens of " + count);
    }
    PageFormat.need(page, count * Long.BYTES);
    List<Long> tokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tokens.add(page.getLong());
    }
    return new Identity(group, member, storeId, start, List.copyOf(tokens));
  }
}
