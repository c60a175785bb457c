package dev.synod.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads files sequentially in large blocks, through one buffer for all files. */
public final class PageReader {
  private static final int BLOCK = 1 << 20;

  private ByteBuffer window = ByteBuffer.allocateDirect(0);
  private FileSystem.File file;
  private long size;
  private long start;
  private int held;

  public PageReader(FileSystem.File file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  /** Starts to read another file. */
  public void turnTo(FileSystem.File next) throws IOException {
    file = next;
    size = next.size();
    start = 0;
    held = 0;
  }

  public long size() {
    return size;
  }

  /**
   * Returns the bytes at a position, fewer than requested at the end of the file. The buffer is
   * valid until the next call.
   */
  public ByteBuffer at(long position, long length) throws IOException {
    int wanted = (int) Math.max(0, Math.min(length, size - position));
    if (position < start || position + wanted > start + held) {
      long block = Math.max(wanted, Math.min(BLOCK, size - position));
      if (window.capacity() < block) {
        window = ByteBuffer.allocateDirect((int) PageFormat.padded(block));
      }
      start = position;
      held = file.read(window.clear(), position);
    }
    int at = (int) (position - start);
    window.limit(Math.min(at + wanted, held)).position(Math.min(at, held));
    return window;
  }
}
