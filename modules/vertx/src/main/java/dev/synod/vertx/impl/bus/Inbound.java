package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one role of one member gets from the others: the consumer's end of an {@link Outbound}. What
 * is no frame for this role, or comes from nobody we know, is counted, logged once a minute, and
 * dropped. Used on the member's context only.
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

  /** Takes what was received. */
  @FunctionalInterface
  public interface Receiver {
    /** Messages from another member, each for this role; the list may be kept. */
    void receive(FrameHeader from, List<Message> messages);
  }

  /**
   * @param isKnown whether a member of this name may speak to us
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
   * Takes the body of a message of the event bus.
   *
   * @param body a frame, if all is well; but anybody may send anything to any address
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
            "no frame but " + (body == null ? "nothing" : "a " + body.getClass().getName()));
      }
    } catch (MalformedFrameException e) {
      drop(String.valueOf(e.getMessage()));
    }
  }

  private void check(FrameHeader from, Role to) {
    if (to != role || !from.group().equals(group)) {
      throw new MalformedFrameException("it is for the %s of group %s".formatted(to, from.group()));
    }
    if (!isKnown.test(from.member())) {
      throw new MalformedFrameException("it is from " + from.member() + ", who is no member");
    }
  }

  private void drop(String reason) {
    bad++;
    long now = nanoTime.getAsLong();
    if (now - logAgainAt >= 0) {
      logAgainAt = now + LOG_NANOS;
      LOG.warn(
          "The {} of group {} dropped a frame: {}. {} so far; the next is logged in a minute at the"
              + " earliest. Is every node on the same version, and the event bus closed to others?",
          role,
          group,
          reason,
          bad);
    }
  }

  /** Forgets a member that has left the group. */
  public void forget(String member) {
    assembler.forget(member);
  }

  /** Frames dropped because something was wrong with them. */
  public long bad() {
    return bad;
  }

  /** Large messages dropped because a piece of them was lost. */
  public long incomplete() {
    return assembler.dropped();
  }
}
