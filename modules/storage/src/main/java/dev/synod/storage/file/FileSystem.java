package dev.synod.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file system operations of the store, which a simulator can replace. */
public interface FileSystem {
  /** Returns the file system of this machine. */
  static FileSystem real() {
    return RealFileSystem.INSTANCE;
  }

  /** Creates the directory and its parents durably; has no effect if it exists. */
  void createDirectories(Path directory) throws IOException;

  /** Returns the names in a directory, in any order. */
  List<String> list(Path directory) throws IOException;

  /** Opens a file for reading and writing. */
  File open(Path path) throws IOException;

  /** Creates an empty file, or truncates the existing one, and opens it. */
  File create(Path path) throws IOException;

  /** Renames a file within its directory atomically and replaces a file of the new name. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path path) throws IOException;

  /** Makes the names in a directory durable, after creating, renaming or deleting files. */
  void forceDirectory(Path directory) throws IOException;

  /** Returns the available space below this directory, in bytes. */
  long usableSpace(Path directory) throws IOException;

  /**
   * Locks a file, which is created if absent, against other processes and other stores in this
   * process.
   *
   * @return the lock, released by closing it; null if the file is locked already
   */
  @Nullable Closeable lock(Path path) throws IOException;

  /** An open file. */
  interface File extends Closeable {
    long size() throws IOException;

    /**
     * Reads at a position until the buffer is full or the file ends.
     *
     * @return number of bytes read
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes the remaining bytes of the buffer at a position; the file grows as needed. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Makes all earlier writes durable, but not necessarily the timestamps of the file. */
    void force() throws IOException;
  }
}
