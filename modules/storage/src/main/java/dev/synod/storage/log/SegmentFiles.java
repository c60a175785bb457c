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
 * Prepares the files of segments in advance and recycles those that are no longer needed.
 *
 * <p>A file is filled with zeros and forced before it becomes a segment, so that forcing a batch
 * records neither growth nor allocation. An unneeded file is renamed to a spare, and later to the
 * next segment; its old batches stay in it and are recognized by the number of their segment.
 */
final class SegmentFiles {
  private static final Logger logger = LoggerFactory.getLogger(SegmentFiles.class);

  /** Maximum number of spares; further files are deleted, so that the directory stays small. */
  private static final int SPARES = 1;

  private static final String SPARE = ".spare";
  private static final String HALF_MADE = ".tmp";
  private static final Pattern SPARE_NAME = Pattern.compile("[0-9]+\\.spare");

  /** Number of bytes written and forced at a time, which bounds the delay of a log force. */
  private static final int ZEROS = 1 << 20;

  private final FileSystem files;
  private final Path directory;
  private final long segmentBytes;
  private final Executor background;
  private final List<Path> spares = new ArrayList<>();

  /** All file operations, one after the other; the spares belong to them. */
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

  /** Takes over the spares of an earlier run and deletes its unfinished files. */
  void adopt(List<String> names) throws IOException {
    for (String name : names) {
      if (name.endsWith(HALF_MADE)) {
        files.delete(directory.resolve(name));
      } else if (name.endsWith(SPARE)) {
        spares.add(directory.resolve(name));
      }
    }
  }

  /** Takes over a segment that an earlier run prepared and did not use. */
  void prepared(Segment segment) {
    next = CompletableFuture.completedFuture(segment);
  }

  /** Starts to prepare the segment of this number. */
  void prepare(long number) {
    next = begin(number);
  }

  private CompletableFuture<Segment> begin(long number) {
    CompletableFuture<Segment> made = new CompletableFuture<>();
    submit(
        () -> {
          try {
            made.complete(make(number));
          } catch (IOException | RuntimeException | Error e) {
            logger.warn("{}: cannot prepare segment {}: {}", directory, number, e.toString());
            made.completeExceptionally(e);
          }
        });
    return made;
  }

  /**
   * Returns the prepared segment, of this number; blocks until it is ready. A preparation that
   * failed may be long past, and space may have been freed since, so it is tried once more.
   */
  Segment take(long number) throws IOException {
    CompletableFuture<Segment> made = next;
    if (made == null) {
      throw new IllegalStateException("no segment is being prepared");
    }
    made.handle((segment, failed) -> null).join();
    if (made.isCompletedExceptionally()) {
      made = begin(number);
    }
    next = null;
    try {
      return made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Recycles a segment that is not needed any more. */
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
            // The failure only wastes space; the next start recycles the file again.
            logger.warn("{}: cannot recycle {}: {}", directory, segment.path, e.toString());
          }
        });
  }

  /** Blocks until all file operations are done. */
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

  /** Creates a segment immediately. */
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
