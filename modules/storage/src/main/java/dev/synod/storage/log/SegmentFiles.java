package dev.synod.storage.log;

import dev.synod.storage.file.FileSystem;
import dev.synod.storage.file.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the files of segments before they are needed, and takes back those that are no longer.
 *
 * <p>A file is full of zeros and forced before it becomes a segment, so that a force of a batch has
 * no growth and no allocation to record. A file that is needless is renamed to a spare, and again
 * to the next segment; its old batches stay in it, and name another segment.
 */
final class SegmentFiles {
  private static final Logger logger = LoggerFactory.getLogger(SegmentFiles.class);

  /**
   * More spares than these are deleted: the log is short, and a directory not larger than need be.
   */
  private static final int SPARES = 1;

  private static final String SPARE = ".spare";
  private static final String HALF_MADE = ".tmp";
  private static final Pattern SPARE_NAME = Pattern.compile("[0-9]+\\.spare");

  /**
   * So much is written and forced at a time: a force of the log waits no longer than that takes.
   */
  private static final int ZEROS = 1 << 20;

  private final FileSystem files;
  private final Path directory;
  private final long segmentBytes;
  private final Executor background;
  private final List<Path> spares = new ArrayList<>();

  /** All work on files, one piece after the other; the spares belong to it. */
  private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

  private @Nullable CompletableFuture<Segment> next;

  SegmentFiles(FileSystem files, Path directory, long segmentBytes, Executor background) {
    this.files = files;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.background = background;
  }

  /** Whether a file of this name is one that this class makes beside the segments. */
  static boolean isName(String name) {
    boolean halfMade =
        name.endsWith(HALF_MADE)
            && Segment.number(name.substring(0, name.length() - HALF_MADE.length())) > 0;
    return halfMade || SPARE_NAME.matcher(name).matches();
  }

  /** Takes the spares over that an earlier run left, and clears away what it left half made. */
  void adopt(List<String> names) throws IOException {
    for (String name : names) {
      if (name.endsWith(HALF_MADE)) {
        files.delete(directory.resolve(name));
      } else if (name.endsWith(SPARE)) {
        spares.add(directory.resolve(name));
      }
    }
  }

  /** A segment that an earlier run prepared, and nothing was written to. */
  void prepared(Segment segment) {
    next = CompletableFuture.completedFuture(segment);
  }

  /** Begins to prepare the segment of this number. */
  void prepare(long number) {
    CompletableFuture<Segment> made = new CompletableFuture<>();
    next = made;
    submit(
        () -> {
          try {
            made.complete(make(number));
          } catch (IOException | RuntimeException | Error e) {
            logger.warn("{}: cannot prepare segment {}: {}", directory, number, e.toString());
            made.completeExceptionally(e);
          }
        });
  }

  /** The segment that was being prepared. Waits for it if it is not ready. */
  Segment take() throws IOException {
    CompletableFuture<Segment> made = next;
    next = null;
    if (made == null) {
      throw new IllegalStateException("no segment is being prepared");
    }
    try {
      return made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Nothing in this segment is needed any more. */
  void retire(Segment segment) {
    submit(
        () -> {
          try {
            if (spares.size() >= SPARES) {
              files.delete(segment.path);
            } else {
              Path spare = directory.resolve(segment.number + SPARE);
              files.rename(segment.path, spare);
              spares.add(spare);
            }
            files.forceDirectory(directory);
          } catch (IOException e) {
            // Only room is lost: the next start finds it needless again.
            logger.warn("{}: cannot recycle {}: {}", directory, segment.path, e.toString());
          }
        });
  }

  /** Waits until all work on files is done. */
  void close() {
    work.handle((done, failed) -> null).join();
  }

  private void submit(Runnable task) {
    work =
        work.handleAsync(
            (done, failed) -> {
              task.run();
              return null;
            },
            background);
  }

  /** Makes a segment at once. */
  Segment make(long number) throws IOException {
    Segment segment = new Segment(number, directory.resolve(Segment.name(number)));
    Path spare = takeSpare();
    if (spare != null) {
      files.rename(spare, segment.path);
    } else {
      Path half = directory.resolve(Segment.name(number) + HALF_MADE);
      fillWithZeros(half);
      files.rename(half, segment.path);
    }
    files.forceDirectory(directory);
    return segment;
  }

  private @Nullable Path takeSpare() throws IOException {
    while (!spares.isEmpty()) {
      Path spare = spares.remove(spares.size() - 1);
      try (FileSystem.File file = files.open(spare)) {
        if (file.size() >= segmentBytes) {
          return spare;
        }
      }
      files.delete(spare);
    }
    return null;
  }

  private void fillWithZeros(Path path) throws IOException {
    long usable = files.usableSpace(directory);
    if (usable < segmentBytes) {
      throw StorageException.diskFull(path, segmentBytes, usable, null);
    }
    try (FileSystem.File file = files.create(path)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, segmentBytes));
      for (long at = 0; at < segmentBytes; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), segmentBytes - at));
        file.write(zeros, at);
        file.force();
      }
    } catch (IOException e) {
      throw StorageException.io("cannot fill", path, segmentBytes, files, e);
    }
  }
}
