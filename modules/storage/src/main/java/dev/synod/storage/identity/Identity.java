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
 * Whose log a directory holds. The file {@code identity} keeps it in two copies, on pages of their
 * own. Its name appears last when a store is born: without it, nothing was ever promised here.
 *
 * <p>It counts the openings of the store, and keeps what was drawn at the last ones: two copies of
 * a directory that are opened apart draw different tokens, and cannot pass for each other any more.
 *
 * @param storeId drawn at the store's birth
 * @param start counts the openings, from 1; 0 before the first
 * @param tokens drawn at the last of them, the latest last
 */
public record Identity(String group, String member, UUID storeId, long start, List<Long> tokens) {
  public static final String FILE = "identity";

  /** The name of the file until the first segment is there too. */
  public static final String UNBORN = "identity.new";

  public static final String LOCK = "lock";

  /** Lies at the root of many file systems: a volume of its own is a good place for a store. */
  public static final String FOUND = "lost+found";

  private static final Logger logger = LoggerFactory.getLogger(Identity.class);
  private static final long MAGIC = 0x53796e6f6449644cL; // SynodIdL
  private static final int COPIES = 2;

  /** Tokens that are kept: with the longest names they fit into the page. */
  private static final int MOST_TOKENS = 256;

  /** What the batches of the store carry to tell them from those of any other store. */
  public long mark() {
    return mark(storeId);
  }

  public static long mark(UUID id) {
    return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
  }

  public IncarnationHistory incarnationHistory() {
    return new IncarnationHistory(mark(), start, tokens);
  }

  /** The same store, opened once more. */
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

  /** Reads the identity of a store, and mends a damaged copy from the other one. */
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
        // A crash between the two leaves the second one as it was at the opening before.
        boolean later = identity != null && (found == null || identity.start() > found.start());
        found = later ? identity : found;
      }
      if (found == null) {
        throw new StorageException(
            Kind.DAMAGED,
            "both copies in "
                + path
                + " are damaged: it cannot be told whose log this is. Restore the file from a"
                + " backup of this member, or replace the member by a new one under a new name");
      }
      if (damaged) {
        logger.warn("{}: one copy is damaged, and is mended from the other", path);
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

  /** Writes the identity of a store that is being born. */
  public void write(FileSystem files, Path directory) throws IOException {
    try (FileSystem.File file = files.create(directory.resolve(UNBORN))) {
      for (int copy = 0; copy < COPIES; copy++) {
        file.write(encode(), (long) copy * PageFormat.PAGE);
      }
      file.force();
    }
    files.forceDirectory(directory);
  }

  /** Writes down that the store is opened once more: one copy after the other, for one is whole. */
  public void rewrite(FileSystem files, Path directory) throws IOException {
    try (FileSystem.File file = files.open(directory.resolve(FILE))) {
      for (int copy = 0; copy < COPIES; copy++) {
        file.write(encode(), (long) copy * PageFormat.PAGE);
        file.force();
      }
    }
  }

  /** The store is born. */
  public static void publish(FileSystem files, Path directory) throws IOException {
    files.rename(directory.resolve(UNBORN), directory.resolve(FILE));
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
              + ", this Synod reads format "
              + PageFormat.VERSION
              + "; start the version that wrote it");
    }
    try {
      page.position(12);
      UUID storeId = new UUID(PageFormat.need(page, 2 * Long.BYTES).getLong(), page.getLong());
      String group = PageFormat.name(page);
      String member = PageFormat.name(page);
      // Stores of before the openings were counted end here.
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
