package dev.synod.bench.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this process has used up. */
public final class ResourceUsage {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private ResourceUsage() {}

  /** Bytes allocated so far by all threads that are alive. */
  public static long bytes() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes); // -1: it has ended in between
    }
    return sum;
  }

  /** Processor time of all threads so far, those of the virtual machine included. */
  public static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }
}
