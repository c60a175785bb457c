package dev.synod.bench;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageProducer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Messages of 100 bytes over the event bus without an answer: one ends when it is with the
 * operating system, whose buffers hold the sender back if the receiver is slower.
 */
public class OneWayBenchmark extends BusBenchmark {
  @Override
  int nodes() {
    return 2;
  }

  @Override
  ClosedLoop.Operation operation(Cluster nodes, Context sender) {
    Cluster.await(bus(nodes, 1).<Buffer>consumer(ADDRESS, message -> {}).completion());
    MessageProducer<Buffer> producer = bus(nodes, 0).sender(ADDRESS, PLAIN);
    Buffer payload = payload();
    return (number, ticket) -> producer.write(payload).onComplete(ticket);
  }

  @Benchmark
  @OperationsPerInvocation(TAKEN)
  public void oneWay(Latency latency) {
    take(latency);
  }
}
