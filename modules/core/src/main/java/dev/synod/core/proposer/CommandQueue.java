package dev.synod.core.proposer;

import dev.synod.core.message.Command;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Value;
import java.util.ArrayDeque;
import java.util.TreeMap;

/**
 * The commands that wait at a leader for a slot, limited by their size. A full queue still accepts
 * one command of each source that has none in it. Without that rule, callers that submit as fast as
 * commands are decided would keep the queue full, and a source that asks less often, such as a
 * member that was refused, would never be served.
 */
final class CommandQueue {
  /** A sender of commands. */
  private static final class Source {
    /** Number of its commands in the queue. */
    int waiting;
  }

  private final ArrayDeque<Command> commands = new ArrayDeque<>();

  /** The source of each command, in the same order. */
  private final ArrayDeque<Source> origins = new ArrayDeque<>();

  private final TreeMap<String, Source> sources = new TreeMap<>();
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
   * @param from name of its source
   * @return false if the queue is full and holds another command of the source, or if the command
   *     is larger than {@link Value#MAX_COMMAND}
   */
  boolean offer(String from, Command command) {
    long size = size(command);
    if (size > Value.MAX_BLOCK) {
      return false;
    }
    Source source = sources.computeIfAbsent(from, name -> new Source());
    if (source.waiting > 0 && bytes + size > maxBytes) {
      return false;
    }
    bytes += size;
    source.waiting++;
    commands.add(command);
    origins.add(source);
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
      origins.remove().waiting--;
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
    origins.clear();
    sources.clear();
    bytes = 0;
  }

  private static int size(Command command) {
    return command.payload().length + Value.COMMAND_OVERHEAD;
  }
}
