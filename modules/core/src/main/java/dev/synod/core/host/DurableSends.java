package dev.synod.core.host;

import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what may leave a member only after the records before it are durable (I6): messages
 * that were passed to {@link Output#sendAfter}, and the end of the member. Every host uses this
 * gate, so the simulator tests the one that production runs.
 *
 * <p>Records have numbers that rise in the order of the log. Messages leave in the order in which
 * they came. Not thread-safe: all calls come from the member's thread.
 */
public final class DurableSends {
  private record Held(long lsn, String member, Message message) {}

  private final LongSupplier durable;
  private final BiConsumer<String, Message> exit;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long appended;

  /** The number of the record that the member has left; 0 as long as it has not. */
  private long leftAt;

  /** The number of the record that the member may not take part; 0 as long as it may. */
  private long excludedAt;

  private LogRecord.@Nullable Excluded excluded;

  /**
   * A gate in front of an empty log.
   *
   * @param durable gives the number of the last record that is durable; never falls
   * @param exit takes each message, with its receiver, that nothing holds back any more
   */
  public DurableSends(LongSupplier durable, BiConsumer<String, Message> exit) {
    this.durable = durable;
    this.exit = exit;
  }

  /**
   * A record was appended.
   *
   * @param lsn its number, higher than those before
   */
  public void appended(long lsn) {
    appended = lsn;
  }

  /** Lets the message out once all that was appended so far is durable; at once if it is. */
  public void sendAfter(String member, Message message) {
    if (held.isEmpty() && isDurable(appended)) {
      exit.accept(member, message);
    } else {
      held.add(new Held(appended, member, message));
    }
  }

  /** The last record that was appended says that the member has left its group. */
  public void left() {
    leftAt = appended;
  }

  /** The last record that was appended is this one. */
  public void excluded(LogRecord.Excluded record) {
    excludedAt = appended;
    excluded = record;
  }

  /** Lets out all messages whose records have become durable. */
  public void release() {
    long reached = durable.getAsLong();
    for (Held next = held.peek(); next != null && next.lsn() <= reached; next = held.peek()) {
      held.remove();
      exit.accept(next.member(), next.message());
    }
  }

  /** Whether no message is held back. */
  public boolean isEmpty() {
    return held.isEmpty();
  }

  /** Whether it is durable that the member has left its group. */
  public boolean hasLeft() {
    return leftAt > 0 && isDurable(leftAt);
  }

  /** Why the member may not take part, once that is durable; null before, or if it may. */
  public LogRecord.@Nullable Excluded excluded() {
    return excludedAt > 0 && isDurable(excludedAt) ? excluded : null;
  }

  /** Drops the messages that are held back: the member has stopped. */
  public void clear() {
    held.clear();
  }

  private boolean isDurable(long lsn) {
    return durable.getAsLong() >= lsn;
  }
}
