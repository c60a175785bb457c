package dev.synod.bench;

import io.vertx.core.Context;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageProducer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Frames without a protocol: the first node sends commands to two followers, those that wait at the
 * end of an event-loop turn in one frame; each unpacks them and acknowledges the frame. A command
 * ends when one of them has, which together with the sender is a majority. What a protocol over the
 * same bus is slower than this is what it costs.
 */
public class FrameBenchmark extends BusBenchmark {
  private static final DeliveryOptions FRAMES =
      new DeliveryOptions(PLAIN).setCodecName(CommandFrame.Codec.NAME);

  @Override
  int nodes() {
    return 3;
  }

  @Override
  ClosedLoop.Operation operation(Cluster nodes, Context sender) {
    for (int i = 0; i < nodes.size(); i++) {
      bus(nodes, i).registerCodec(new CommandFrame.Codec());
    }
    FrameSender frames = new FrameSender(sender);
    sender.runOnContext(
        ignored ->
            bus(nodes, 0).<Long>consumer(ADDRESS, message -> frames.acknowledged(message.body())));
    for (int i = 1; i < nodes.size(); i++) {
      follower(nodes, i);
      frames.to(bus(nodes, 0).sender(ADDRESS + i, FRAMES));
    }
    return frames;
  }

  private static void follower(Cluster nodes, int number) {
    MessageProducer<Long> acknowledgements = bus(nodes, number).sender(ADDRESS, PLAIN);
    Cluster.await(
        bus(nodes, number)
            .<CommandFrame>consumer(
                ADDRESS + number, message -> acknowledgements.write(message.body().number()))
            .completion());
  }

  @Benchmark
  @OperationsPerInvocation(TAKEN)
  public void frames(Latency latency) {
    take(latency);
  }
}
