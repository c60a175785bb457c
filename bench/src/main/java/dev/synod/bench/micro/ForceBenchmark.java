package dev.synod.bench.micro;

import dev.synod.bench.load.DataDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * The disk's floor: 4 KiB written to a file that has its length already, and forced, without its
 * metadata. Each writer has a file; as many at once are as many members on one disk.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class ForceBenchmark {
  private static final int WRITE = 4 << 10;
  private static final int FILE = 64 << 20;

  /** A writer's own file. */
  @State(Scope.Thread)
  public static class Log {
    private final ByteBuffer page = ByteBuffer.allocateDirect(WRITE);
    private @Nullable DataDirectory directory;
    private @Nullable FileChannel channel;
    private long position;

    @Setup(Level.Trial)
    public void open() throws IOException {
      DataDirectory data = DataDirectory.create();
      directory = data;
      FileChannel file =
          FileChannel.open(
              data.path().resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = file;
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      while (file.position() < FILE) {
        file.write(zeros.clear());
      }
      file.force(true);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
      if (directory != null) {
        directory.close();
      }
    }

    void write() throws IOException {
      FileChannel file = channel;
      if (file == null) {
        throw new IllegalStateException("the file is not open");
      }
      file.write(page.clear(), position);
      file.force(false);
      position = (position + WRITE) % FILE;
    }
  }

  @Benchmark
  @Threads(1)
  public void oneWriter(Log log) throws IOException {
    log.write();
  }

  @Benchmark
  @Threads(3)
  public void threeWriters(Log log) throws IOException {
    log.write();
  }

  @Benchmark
  @Threads(5)
  public void fiveWriters(Log log) throws IOException {
    log.write();
  }
}
