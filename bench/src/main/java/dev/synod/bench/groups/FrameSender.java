package dev.synod.bench.groups;

import dev.synod.bench.load.Operation;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers commands into frames, and ends them as the frames are acknowledged. On one context. */
final class FrameSender implements Operation {
  private final Context context;
  private final int enough;
  private final List<MessageProducer<CommandFrame>> followers = new ArrayList<>();
  private final Handler<Void> flush = ignored -> flush();
  private final byte[] command;

  private List<Ticket> waiting = new ArrayList<>();
  private boolean flushComes;

  /** The frames under way, in order. */
  private final ArrayDeque<List<Ticket>> sent = new ArrayDeque<>();

  /** The last frame that each follower has acknowledged. */
  private long[] acknowledged = new long[1];

  private long frames;
  private long ended;

  /**
   * A sender without followers yet.
   *
   * @param enough followers that must have acknowledged a frame
   */
  FrameSender(Context context, int valueBytes, int enough) {
    this.context = context;
    this.enough = enough;
    this.command = new byte[valueBytes];
  }

  /** Sends to this one as well; before the first command. */
  void to(MessageProducer<CommandFrame> follower) {
    followers.add(follower);
    acknowledged = new long[followers.size()];
  }

  @Override
  public Call prepare(Ticket ticket) {
    return number -> {
      waiting.add(ticket);
      if (!flushComes) {
        flushComes = true;
        context.runOnContext(flush);
      }
    };
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

  /** That follower, counted from 1, has unpacked all frames up to this one. */
  void acknowledged(int follower, long number) {
    acknowledged[follower - 1] = number;
    long[] rising = acknowledged.clone();
    Arrays.sort(rising);
    long enoughHave = rising[rising.length - enough];
    while (ended < enoughHave) {
      ended++;
      sent.remove().forEach(Ticket::end);
    }
  }
}
