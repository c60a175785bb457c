package dev.synod.core.proposer;

import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Value;
import java.util.ArrayDeque;

/** The commands that wait at a leader for a slot, limited by their size. */
final class CommandQueue {
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final Value.Builder builder = new Value.Builder();
  private final long maxBytes;
  private long bytes;
  private boolean changeTaken;

  CommandQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Queues a command.
   *
   * @return false if the queue is full, or if the command is larger than {@link Value#MAX_COMMAND};
   *     an empty queue accepts any other command
   */
  boolean offer(Command command) {
    long size = size(command);
    if (size > Value.MAX_BLOCK) {
      return false;
    }
    if (!commands.isEmpty() && bytes + size > maxBytes) {
      return false;
    }
    bytes += size;
    commands.add(command);
    return true;
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** Removes and returns the oldest commands that fit into {@code maxBatch} bytes, at least one. */
  Value batch(int maxBatch, long time) {
    changeTaken = false;
    do {
      Command command = commands.remove();
      changeTaken |=
          command.session() == GroupCommand.NO_SESSION && GroupCommand.isChange(command.payload());
      bytes -= size(command);
      builder.add(command);
    } while (!commands.isEmpty() && builder.size() + size(commands.element()) <= maxBatch);
    return builder.build(time);
  }

  /** Tells whether the last batch contains a change of the configuration. */
  boolean isChangeTaken() {
    return changeTaken;
  }

  void clear() {
    commands.clear();
    bytes = 0;
  }

  private static int size(Command command) {
    return command.payload().length + Value.COMMAND_OVERHEAD;
  }
}
