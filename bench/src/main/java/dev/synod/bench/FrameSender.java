package dev.synod.bench;

import dev.synod.bench.ClosedLoop.Ticket;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Gathers commands into frames, and ends them as the frames are acknowledged. On one context. */
final class FrameSender implements ClosedLoop.Operation {
  private final Context context;
  private final List<MessageProducer<CommandFrame>> followers = new ArrayList<>();
  private final Handler<Void> flush = ignored -> flush();
  private final byte[] command = new byte[LoopBenchmark.PAYLOAD];

  private List<Ticket> waiting = new ArrayList<>();
  private boolean flushComes;

  /** The frames under way, in order. */
  private final ArrayDeque<List<Ticket>> sent = new ArrayDeque<>();

  private long frames;
  private long ended;

  FrameSender(Context context) {
    this.context = context;
  }

  /** Sends to this one as well; before the first command. */
  void to(MessageProducer<CommandFrame> follower) {
    followers.add(follower);
  }

  @Override
  public void begin(long number, Ticket ticket) {
    waiting.add(ticket);
    if (!flushComes) {
      flushComes = true;
      context.runOnContext(flush);
    }
  }

  private void flush() {
    flushComes = false;
    List<byte[]> commands = new ArrayList<>(waiting.size());
    for (int i = 0; i < waiting.size(); i++) {
      commands.add(command);
    }
    sent.add(waiting);
    waiting = new ArrayList<>(waiting.size());
    CommandFrame frame = new CommandFrame(++frames, commands);
    followers.forEach(follower -> follower.write(frame));
  }

  /** A follower has unpacked all frames up to this one. */
  void acknowledged(long number) {
    while (ended < number) {
      ended++;
      sent.remove().forEach(Ticket::end);
    }
  }
}
