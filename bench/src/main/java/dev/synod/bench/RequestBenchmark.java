package dev.synod.bench;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Request and reply of 100 bytes over the event bus: a round trip for each operation. */
public class RequestBenchmark extends BusBenchmark {
  @Override
  int nodes() {
    return 2;
  }

  @Override
  ClosedLoop.Operation operation(Cluster nodes, Context sender) {
    Cluster.await(
        bus(nodes, 1)
            .<Buffer>consumer(ADDRESS, message -> message.reply(message.body(), PLAIN))
            .completion());
    EventBus bus = bus(nodes, 0);
    Buffer payload = payload();
    return (number, ticket) -> bus.request(ADDRESS, payload, PLAIN).onComplete(ticket);
  }

  @Benchmark
  @OperationsPerInvocation(TAKEN)
  public void request(Latency latency) {
    take(latency);
  }
}
