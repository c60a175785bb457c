package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameHeader;
import dev.synod.vertx.impl.frame.MalformedFrameException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames that one role of one member receives: the counterpart of {@link Outbound}. A frame
 * that is malformed, has another recipient, or comes from an unknown sender is counted, logged once
 * a minute, and dropped. Used on the member's context only.
 */
public final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String group;
  private final Role role;
  private final Predicate<String> isKnown;
  private final Receiver receiver;
  private final LongSupplier nanoTime;
  private final Assembler assembler;
  private long bad;
  private long logAgainAt;

  /** Receives messages. */
  @FunctionalInterface
  public interface Receiver {
    /** Receives messages of another member for this role; the receiver may keep the list. */
    void receive(FrameHeader from, List<Message> messages);
  }

  /**
   * @param isKnown whether a member of this name may send frames
   */
  public Inbound(
      String group,
      Role role,
      Predicate<String> isKnown,
      LinkLimits linkLimits,
      Receiver receiver) {
    this(group, role, isKnown, linkLimits, receiver, System::nanoTime);
  }

  Inbound(
      String group,
      Role role,
      Predicate<String> isKnown,
      LinkLimits linkLimits,
      Receiver receiver,
      LongSupplier nanoTime) {
    this.group = group;
    this.role = role;
    this.isKnown = isKnown;
    this.receiver = receiver;
    this.nanoTime = nanoTime;
    this.assembler = new Assembler(role, linkLimits);
    this.logAgainAt = nanoTime.getAsLong();
  }

  /**
   * Handles the body of an event-bus message.
   *
   * @param body a frame, or anything else, because every process on the event bus may send to this
   *     address
   */
  public void accept(@Nullable Object body) {
    try {
      if (body instanceof Frame.Batch batch) {
        check(batch.frameHeader(), batch.role());
        receiver.receive(batch.frameHeader(), batch.messages());
      } else if (body instanceof Frame.Chunk chunk) {
        check(chunk.frameHeader(), chunk.role());
        Message message = assembler.take(chunk);
        if (message != null) {
          receiver.receive(chunk.frameHeader(), List.of(message));
        }
      } else if (body instanceof Frame.Bad broken) {
        throw new MalformedFrameException(broken.reason());
      } else {
        throw new MalformedFrameException(
            "expected a frame, got "
                + (body == null ? "nothing" : "a " + body.getClass().getName()));
      }
    } catch (MalformedFrameException e) {
      drop(String.valueOf(e.getMessage()));
    }
  }

  private void check(FrameHeader from, Role to) {
    if (to != role || !from.group().equals(group)) {
      throw new MalformedFrameException(
          String.format(Locale.ROOT, "its recipient is the %s of group %s", to, from.group()));
    }
    if (!isKnown.test(from.member())) {
      throw new MalformedFrameException("its sender " + from.member() + " is no member");
    }
  }

  private void drop(String reason) {
    bad++;
    long now = nanoTime.getAsLong();
    if (now - logAgainAt >= 0) {
      logAgainAt = now + LOG_NANOS;
      LOG.warn(
          "The {} of group {} dropped a frame: {}. {} so far; the next is logged in a minute at the"
              + " earliest. Check that all nodes run the same version and that no other process"
              + " uses the event bus.",
          role,
          group,
          reason,
          bad);
    }
  }

  /** Drops the unfinished message of a member that has left the group. */
  public void forget(String member) {
    assembler.forget(member);
  }

  /** Returns the number of malformed frames that were dropped. */
  public long bad() {
    return bad;
  }

  /** Returns the number of large messages that were dropped because a chunk was lost. */
  public long incomplete() {
    return assembler.dropped();
  }
}
