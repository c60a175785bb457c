package dev.synod.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Reads what came from outside, and fails if that took more memory than its length can justify: a
 * length or a count was then believed before it was held against the bytes that are there.
 */
public final class Harmless {
  /** Bytes that reading may allocate for each byte of the input. */
  private static final long PER_BYTE = 256;

  /** And beside that, for buffers of a fixed size. */
  private static final long FIXED = 16L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Harmless() {}

  /** Reads something, on the thread that calls. */
  @FunctionalInterface
  public interface Reading<T, E extends Exception> {
    /** Reads it, or says by the one exception that is meant for it why that cannot be. */
    T read() throws E;
  }

  /**
   * Reads an input of so many bytes; twice, if the first time took much memory.
   *
   * @throws E what the reading throws
   * @throws AssertionError if it allocated more than a multiple of the input
   */
  public static <T, E extends Exception> T read(long length, Reading<T, E> reading) throws E {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return reading.read();
    } finally {
      if (THREADS.getCurrentThreadAllocatedBytes() - before > bound(length)) {
        // What ran for the first time made the JVM load it. The second time tells.
        again(length, reading);
      }
    }
  }

  private static void again(long length, Reading<?, ?> reading) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reading.read();
    } catch (Exception asBefore) {
      // It is thrown by the first reading.
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    long bound = bound(length);
    if (allocated > bound) {
      throw new HugeAllocation(
          String.format(
              Locale.ROOT,
              "an input of %d bytes made its reader allocate %d bytes; at most %d are fair",
              length,
              allocated,
              bound));
    }
  }

  private static long bound(long length) {
    return FIXED + PER_BYTE * length;
  }

  /** More memory than the input can justify. */
  public static final class HugeAllocation extends AssertionError {
    private static final long serialVersionUID = 1;

    HugeAllocation(String message) {
      super(message);
    }
  }
}
