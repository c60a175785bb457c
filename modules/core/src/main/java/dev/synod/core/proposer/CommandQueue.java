package dev.synod.core.proposer;

import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Value;
import java.util.ArrayDeque;

/** The commands that wait at a leader for a slot, bounded by their bytes. */
final class CommandQueue {
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final Value.Builder builder = new Value.Builder();
  private final long maxBytes;
  private long bytes;
  private boolean changeTaken;

  CommandQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** False if there is no room; one command always has room. */
  boolean offer(Command command) {
    long size = size(command);
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

  /** The commands that waited longest, as many as fit into {@code maxBatch} bytes, at least one. */
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

  /** Whether a change of configuration is in the last batch. */
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
