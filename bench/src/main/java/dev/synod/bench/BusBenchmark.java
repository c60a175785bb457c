package dev.synod.bench;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.tracing.TracingPolicy;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;

/** A floor on the clustered event bus: what is measured goes from the first node to the others. */
public abstract class BusBenchmark extends LoopBenchmark {
  static final String ADDRESS = "bench";
  static final DeliveryOptions PLAIN = new DeliveryOptions().setTracingPolicy(TracingPolicy.IGNORE);

  @Param({"1", "64", "1024"})
  public int outstanding;

  private @Nullable Cluster cluster;

  /** How many nodes it needs. */
  abstract int nodes();

  /** Registers what receives, and says what an operation is. */
  abstract ClosedLoop.Operation operation(Cluster nodes, Context sender);

  @Override
  final ClosedLoop open() throws Exception {
    Cluster nodes = Cluster.start(nodes());
    cluster = nodes;
    Context sender = nodes.context(0);
    return new ClosedLoop(sender, outstanding, operation(nodes, sender));
  }

  @Override
  final void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static EventBus bus(Cluster nodes, int number) {
    return nodes.node(number).eventBus();
  }

  static Buffer payload() {
    return Buffer.buffer(new byte[PAYLOAD]);
  }
}
