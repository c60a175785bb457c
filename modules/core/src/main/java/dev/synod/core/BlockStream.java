package dev.synod.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A byte stream of unknown length inside another stream: {@code {length (4) · bytes}* · 0}. A
 * reader finds the end of it and cannot read beyond.
 */
final class BlockStream {
  private static final int PIECE = 16 << 10;

  private BlockStream() {}

  /**
   * Opens a block stream for writing. Closing it writes its end and leaves the outer stream open.
   */
  static OutputStream to(DataOutput out) {
    return new Out(out);
  }

  /** Opens a block stream for reading. */
  static InputStream from(DataInput in) {
    return new In(in);
  }

  private static final class Out extends OutputStream {
    private final DataOutput out;
    private final byte[] piece = new byte[PIECE];
    private int used;

    Out(DataOutput out) {
      this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
      if (used == PIECE) {
        flush();
      }
      piece[used++] = (byte) octet;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int at = from;
      int end = from + length;
      while (at < end) {
        if (used == PIECE) {
          flush();
        }
        int some = Math.min(PIECE - used, end - at);
        System.arraycopy(bytes, at, piece, used, some);
        used += some;
        at += some;
      }
    }

    @Override
    public void flush() throws IOException {
      if (used > 0) {
        out.writeInt(used);
        out.write(piece, 0, used);
        used = 0;
      }
    }

    @Override
    public void close() throws IOException {
      flush();
      out.writeInt(0);
    }
  }

  private static final class In extends InputStream {
    private final DataInput in;
    private int left;
    private boolean ended;

    In(DataInput in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      if (atEnd()) {
        return -1;
      }
      left--;
      return in.readUnsignedByte();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (atEnd()) {
        return -1;
      }
      int some = Math.min(length, left);
      in.readFully(into, from, some);
      left -= some;
      return some;
    }

    private boolean atEnd() throws IOException {
      if (left == 0 && !ended) {
        left = in.readInt();
        ended = left == 0;
        if (left < 0 || left > PIECE) {
          throw new IOException(
              "the snapshot is damaged: a block has "
                  + left
                  + " bytes, but at most "
                  + PIECE
                  + " are allowed");
        }
      }
      return ended;
    }
  }
}
