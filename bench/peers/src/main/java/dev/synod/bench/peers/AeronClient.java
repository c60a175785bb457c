package dev.synod.bench.peers;

import dev.synod.bench.load.Operation;
import io.aeron.cluster.client.AeronCluster;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Aeron's client, which belongs to one thread that polls it: operations begin and end there. */
final class AeronClient implements Executor, AutoCloseable {
  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Queue<Runnable> given = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<UnsafeBuffer> refused = new ArrayDeque<>();
  private final List<Operation.Ticket> tickets = new ArrayList<>();
  private final CountDownLatch connected = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable AeronCluster cluster;
  private volatile boolean closing;

  AeronClient(AeronCluster.Context context) throws InterruptedException {
    context
        .messageTimeoutNs(TimeUnit.SECONDS.toNanos(30))
        .egressListener(
            (session, timestamp, buffer, offset, length, header) ->
                tickets.get(buffer.getInt(offset)).end());
    thread =
        new Thread(
            () -> {
              try (AeronCluster made = AeronCluster.connect(context)) {
                cluster = made;
                connected.countDown();
                poll(made);
              }
            },
            "aeron-client");
    thread.setDaemon(true);
    thread.start();
    if (!connected.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the client of Aeron Cluster has not connected within 60 s");
    }
  }

  private void poll(AeronCluster made) {
    IdleStrategy idle = new BackoffIdleStrategy();
    long alive = System.nanoTime();
    while (!closing) {
      int work = made.pollEgress();
      for (Runnable next = given.poll(); next != null; next = given.poll()) {
        next.run();
        work++;
      }
      while (!refused.isEmpty() && offer(made, refused.peek())) {
        refused.remove();
        work++;
      }
      if (System.nanoTime() - alive > KEEP_ALIVE_NANOS) {
        alive = System.nanoTime();
        made.sendKeepAlive();
      }
      idle.idle(work);
    }
  }

  private static boolean offer(AeronCluster made, UnsafeBuffer message) {
    return made.offer(message, 0, message.capacity()) > 0;
  }

  /** Puts of so many bytes; to be begun on the client's thread. */
  Operation operation(int valueBytes) {
    byte[] value = new byte[valueBytes];
    return ticket -> {
      int place;
      synchronized (tickets) {
        place = tickets.size();
        tickets.add(ticket);
      }
      return number -> {
        byte[] put = Puts.encode(number, value);
        UnsafeBuffer message = new UnsafeBuffer(new byte[Integer.BYTES + put.length]);
        message.putInt(0, place);
        message.putBytes(Integer.BYTES, put);
        AeronCluster made = cluster;
        if (made == null || !refused.isEmpty() || !offer(made, message)) {
          refused.add(message);
        }
      };
    };
  }

  @Override
  public void execute(Runnable task) {
    given.add(task);
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
