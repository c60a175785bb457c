package dev.synod.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The little that the log needs of a file system, so that a simulator can stand in for the disk.
 */
public interface FileSystem {
  /** The file system of this machine. */
  static FileSystem real() {
    return RealFileSystem.INSTANCE;
  }

  /** Makes the directory and those above it, durably; nothing happens if it is there. */
  void createDirectories(Path directory) throws IOException;

  /** The names in a directory, in any order. */
  List<String> list(Path directory) throws IOException;

  /** Opens a file to read and write. */
  File open(Path path) throws IOException;

  /** Makes an empty file, or empties the one that is there, and opens it. */
  File create(Path path) throws IOException;

  /** Gives a file another name in the same directory, at once; replaces a file of that name. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path path) throws IOException;

  /** Makes the names in a directory durable: what was created, renamed and deleted in it. */
  void forceDirectory(Path directory) throws IOException;

  /** Bytes that can still be written below this directory. */
  long usableSpace(Path directory) throws IOException;

  /**
   * Locks a file, which is made if absent, against other processes and other stores in this one.
   *
   * @return lets go of it when closed; null if somebody else holds it
   */
  @Nullable Closeable lock(Path path) throws IOException;

  /** An open file. */
  interface File extends Closeable {
    long size() throws IOException;

    /**
     * Reads at a position until the buffer is full or the file ends.
     *
     * @return how many bytes were read
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer at a position; the file grows as needed. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Makes all writes so far durable; the times of the file need not be. */
    void force() throws IOException;
  }
}
