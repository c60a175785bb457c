package dev.synod.bench.peers;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * etcd as Debian packages it, a process each, asked over gRPC as its own clients do: requests go to
 * all members in turn. A Put is the only message needed, and is written here by hand.
 */
final class EtcdPeer implements Group.Loaded {
  private static final MethodDescriptor<byte[], byte[]> PUT =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("etcdserverpb.KV/Put")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final List<Process> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  private EtcdPeer() {}

  static EtcdPeer open(Scenario scenario, Path directory) throws Exception {
    EtcdPeer group = new EtcdPeer();
    try {
      group.start(scenario.members(), directory);
      return group;
    } catch (Exception | Error wrong) {
      group.close();
      throw wrong;
    }
  }

  private void start(int members, Path directory) throws Exception {
    List<Integer> ports = Ports.reserve(2 * members);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      all.add("n" + i + "=http://127.0.0.1:" + ports.get(2 * i + 1));
    }
    for (int i = 0; i < members; i++) {
      String clients = "http://127.0.0.1:" + ports.get(2 * i);
      String peers = "http://127.0.0.1:" + ports.get(2 * i + 1);
      servers.add(
          new ProcessBuilder(
                  "etcd",
                  "--name=n" + i,
                  "--data-dir=" + directory.resolve("n" + i),
                  "--listen-client-urls=" + clients,
                  "--advertise-client-urls=" + clients,
                  "--listen-peer-urls=" + peers,
                  "--initial-advertise-peer-urls=" + peers,
                  "--initial-cluster=" + String.join(",", all),
                  "--initial-cluster-state=new",
                  "--log-level=error")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .start());
      channels.add(
          ManagedChannelBuilder.forAddress("127.0.0.1", ports.get(2 * i))
              .usePlaintext()
              .directExecutor()
              .build());
    }
    for (ManagedChannel channel : channels) {
      Until.is("leader of etcd", () -> answers(channel));
    }
  }

  private static boolean answers(ManagedChannel channel) {
    try {
      ClientCalls.blockingUnaryCall(channel, PUT, CallOptions.DEFAULT, put(0, new byte[1]));
      return true;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  /** PutRequest: field 1 is the key, field 2 the value. */
  private static byte[] put(long number, byte[] value) {
    byte[] key = Puts.keyBytes(number);
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length + value.length + 12);
    field(1, key, out);
    field(2, value, out);
    return out.toByteArray();
  }

  private static void field(int number, byte[] bytes, ByteArrayOutputStream out) {
    out.write((number << 3) | 2);
    int length = bytes.length;
    while (length > 0x7f) {
      out.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public Executor starter() {
    return Runnable::run;
  }

  @Override
  public Operation operation(Step step) {
    byte[] value = new byte[step.valueBytes()];
    return ticket -> {
      ManagedChannel channel = channels.get(turn.getAndIncrement() % channels.size());
      StreamObserver<byte[]> answer =
          new StreamObserver<>() {
            @Override
            public void onNext(byte[] ignored) {}

            @Override
            public void onError(Throwable cause) {
              ticket.fail(cause);
            }

            @Override
            public void onCompleted() {
              ticket.end();
            }
          };
      return number ->
          ClientCalls.asyncUnaryCall(
              channel.newCall(PUT, CallOptions.DEFAULT), put(number, value), answer);
    };
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Process::destroyForcibly);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
