package dev.synod.bench.micro;

import dev.synod.core.Role;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.FrameHeader;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A frame with one Accept of so many commands, to the wire's bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class CodecBenchmark {
  @Param({"1", "64"})
  public int commands = 1;

  private final FrameCodec codec = new FrameCodec();
  private Frame frame = new Frame.Bad("not set up");
  private Buffer wire = Buffer.buffer();

  @Setup
  public void encodeOnce() {
    Message accept = new Message.Accept(new Ballot(3, "n0"), 42, SampleValues.of(commands), 41);
    FrameHeader frameHeader = new FrameHeader("bench", "n0", new Incarnation(1, 1, 1), Epoch.FIRST);
    frame = new Frame.Batch(frameHeader, Role.ACCEPTOR, List.of(accept));
    wire = encode();
  }

  @Benchmark
  public Buffer encode() {
    Buffer buffer = Buffer.buffer();
    codec.encodeToWire(buffer, frame);
    return buffer;
  }

  @Benchmark
  public Frame decode() {
    return codec.decodeFromWire(0, wire);
  }
}
