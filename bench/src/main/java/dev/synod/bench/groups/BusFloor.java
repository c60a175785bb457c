package dev.synod.bench.groups;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Operation.Ticket;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.concurrent.Executor;

/**
 * What the clustered event bus can do by itself, from the first node to the others.
 *
 * <p>Request and reply: a round trip. One way: a message ends when it is with the operating system,
 * whose buffers hold the sender back if the receiver is slower. Frames: the first node sends
 * commands to all others, those that wait at the end of an event-loop turn in one frame; each
 * unpacks them and acknowledges the frame, and a command ends when enough have, which together with
 * the sender are a majority. What a protocol over the same bus is slower than this is what it
 * costs.
 */
final class BusFloor implements Group.Loaded {
  private static final String ADDRESS = "bench";
  private static final DeliveryOptions PLAIN =
      new DeliveryOptions().setTracingPolicy(TracingPolicy.IGNORE);
  private static final DeliveryOptions FRAMES =
      new DeliveryOptions(PLAIN).setCodecName(CommandFrame.Codec.NAME);

  private final Cluster nodes;
  private final Context sender;
  private final String system;
  private int steps;

  private BusFloor(Cluster nodes, String system) {
    this.nodes = nodes;
    this.system = system;
    this.sender = nodes.context(0);
  }

  static BusFloor open(Scenario scenario) throws Exception {
    Cluster nodes = Cluster.start(scenario.members());
    BusFloor floor = new BusFloor(nodes, scenario.system());
    for (int i = 0; i < nodes.size(); i++) {
      floor.bus(i).registerCodec(new CommandFrame.Codec());
    }
    return floor;
  }

  @Override
  public Executor starter() {
    return task -> sender.runOnContext(ignored -> task.run());
  }

  @Override
  public Operation operation(Step step) {
    // Addresses of its own for each step: what a step before may have left does not disturb.
    String address = ADDRESS + steps++ + ".";
    Buffer payload = Buffer.buffer(new byte[step.valueBytes()]);
    return switch (system) {
      case GroupFactory.REQUEST -> request(address, payload);
      case GroupFactory.ONE_WAY -> oneWay(address, payload);
      default -> frames(address, step.valueBytes());
    };
  }

  private Operation request(String address, Buffer payload) {
    Cluster.await(
        bus(1)
            .<Buffer>consumer(address, message -> message.reply(message.body(), PLAIN))
            .completion());
    EventBus bus = bus(0);
    return ticket -> {
      Completable<Object> end = ending(ticket);
      return number -> bus.request(address, payload, PLAIN).onComplete(end);
    };
  }

  private Operation oneWay(String address, Buffer payload) {
    Cluster.await(bus(1).<Buffer>consumer(address, message -> {}).completion());
    MessageProducer<Buffer> producer = bus(0).sender(address, PLAIN);
    return ticket -> {
      Completable<Object> end = ending(ticket);
      return number -> producer.write(payload).onComplete(end);
    };
  }

  private Operation frames(String address, int valueBytes) {
    FrameSender frames = new FrameSender(sender, valueBytes, nodes.size() / 2);
    for (int i = 1; i < nodes.size(); i++) {
      follower(address, i, frames);
      frames.to(bus(0).sender(address + i, FRAMES));
    }
    return frames;
  }

  private void follower(String address, int number, FrameSender frames) {
    String answers = address + "from." + number;
    // On the sender's context, where the frames are as well.
    Cluster.await(
        Future.<Void>future(
            there ->
                sender.runOnContext(
                    ignored ->
                        bus(0)
                            .<Long>consumer(
                                answers, message -> frames.acknowledged(number, message.body()))
                            .completion()
                            .onComplete(there))));
    MessageProducer<Long> acknowledgements = bus(number).sender(answers, PLAIN);
    Cluster.await(
        bus(number)
            .<CommandFrame>consumer(
                address + number, message -> acknowledgements.write(message.body().number()))
            .completion());
  }

  /** Made once for a ticket, and called for each of its operations. */
  static Completable<Object> ending(Ticket ticket) {
    return (result, cause) -> {
      if (cause == null) {
        ticket.end();
      } else {
        ticket.fail(cause);
      }
    };
  }

  private EventBus bus(int number) {
    return nodes.node(number).eventBus();
  }

  @Override
  public void close() {
    nodes.close();
  }
}
