package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.FrameHeader;
import dev.synod.vertx.impl.frame.WireFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The link to one role of one member. Delivery is best effort, as on the event bus: a message that
 * cannot be sent now is dropped and counted, because the protocol repeats every message that still
 * matters.
 *
 * <p>Small messages are collected into one frame. Large messages wait in a separate queue and leave
 * in chunks, a few at a time, so that a heartbeat is never far behind them. Used on one context
 * only.
 */
final class Link {
  private final Supplier<FrameHeader> self;
  private final Role role;
  private final boolean local;
  private final LinkLimits linkLimits;
  private final BackOff backOff;
  private final Function<Frame, Future<Void>> bus;
  private final Consumer<Link> wake;

  private List<Message> gathered = new ArrayList<>();
  private long gatheredBytes;
  private int unanswered;
  private long unansweredBytes;

  private final Deque<Large> line = new ArrayDeque<>();
  private long lineBytes;
  private @Nullable Parcel parcel;
  private long parcels;
  private int chunksUnanswered;
  private boolean closed;

  private long frames;
  private long messages;
  private long chunks;
  private long failedWrites;
  private long droppedAtWindow;
  private long droppedInBackOff;
  private long droppedTooLarge;
  private long droppedRepeats;

  private record Large(Message message, int size) {}

  /**
   * @param self header of this member's frames; its epoch changes at most once
   * @param local whether the event bus is local to this Vert.x instance; messages are then neither
   *     encoded, measured nor split
   * @param bus receiver of frames; its future completes on the context of this link
   * @param wake requests a {@link #flush} of this link soon, but not within the call
   */
  Link(
      Supplier<FrameHeader> self,
      Role role,
      boolean local,
      LinkLimits linkLimits,
      BackOff backOff,
      Function<Frame, Future<Void>> bus,
      Consumer<Link> wake) {
    this.self = self;
    this.role = role;
    this.local = local;
    this.linkLimits = linkLimits;
    this.backOff = backOff;
    this.bus = bus;
    this.wake = wake;
  }

  /**
   * Queues a message, which leaves at the next {@link #flush} or earlier.
   *
   * @throws IllegalArgumentException if the message cannot be encoded
   */
  void send(Message message) {
    long size = local ? 0 : WireFormat.size(message);
    if (size > linkLimits.frameBytes()) {
      sendLarge(message, size);
      return;
    }
    if (gatheredBytes + size > linkLimits.frameBytes()) {
      sendGathered();
    }
    gathered.add(message);
    gatheredBytes += size;
  }

  private void sendLarge(Message message, long size) {
    if (size > linkLimits.messageBytes()) {
      droppedTooLarge++;
    } else if (closed || backOff.waits()) {
      droppedInBackOff++;
    } else if (lineBytes + size > linkLimits.queuedBytes()) {
      droppedAtWindow++;
    } else if (line.stream().anyMatch(waiting -> isRepeat(waiting.message(), message))) {
      // The protocol retries faster than the link transmits; a second copy would slow the link down
      // further.
      droppedRepeats++;
    } else {
      line.add(new Large(message, (int) size));
      lineBytes += size;
    }
  }

  private static boolean isRepeat(Message one, Message other) {
    if (one instanceof Message.Accept first && other instanceof Message.Accept second) {
      // A ballot has exactly one value in a slot (I4), whatever is chosen meanwhile.
      return first.ballot().equals(second.ballot()) && first.slot() == second.slot();
    }
    return one.equals(other);
  }

  /** Sends the collected messages. */
  void flush() {
    sendGathered();
    pump();
  }

  private void sendGathered() {
    if (gathered.isEmpty()) {
      return;
    }
    List<Message> batch = gathered;
    long bytes = gatheredBytes;
    gathered = new ArrayList<>();
    gatheredBytes = 0;
    if (closed || !backOff.mayWrite()) {
      droppedInBackOff += batch.size();
    } else if (unanswered >= linkLimits.frames() || unansweredBytes + bytes > linkLimits.bytes()) {
      droppedAtWindow += batch.size();
    } else {
      messages += batch.size();
      unanswered++;
      unansweredBytes += bytes;
      write(
          new Frame.Batch(self.get(), role, batch),
          () -> {
            unanswered--;
            unansweredBytes -= bytes;
          });
    }
  }

  private void write(Frame frame, Runnable answered) {
    frames++;
    int startedIn = backOff.started();
    Future<Void> written;
    try {
      written = bus.apply(frame);
    } catch (RuntimeException e) {
      // The event bus or the other context is closing.
      written = Future.failedFuture(e);
    }
    written.onComplete(
        result -> {
          answered.run();
          if (result.succeeded()) {
            backOff.succeeded(startedIn);
          } else {
            failedWrites++;
            if (backOff.failed(startedIn)) {
              dropLine();
            }
          }
          if (parcel != null || !line.isEmpty()) {
            // A chunk written within this call could overtake the chunks that the event bus holds
            // back until it is connected.
            wake.accept(this);
          }
        });
  }

  /** Sends the next chunks, as far as the limits allow. */
  private void pump() {
    while (chunksUnanswered < linkLimits.chunks() && backOff.mayWrite() && loadParcel()) {
      sendChunk();
    }
  }

  private boolean loadParcel() {
    if (parcel == null) {
      Large next = line.poll();
      if (next != null) {
        lineBytes -= next.size();
        messages++;
        parcel = new Parcel(parcels++, next.message(), next.size());
      }
    }
    return parcel != null;
  }

  private void sendChunk() {
    Parcel from = parcel;
    if (from == null) {
      return;
    }
    Frame chunk = from.next();
    if (from.isEmpty()) {
      parcel = null;
    }
    chunks++;
    chunksUnanswered++;
    write(chunk, () -> chunksUnanswered--);
  }

  private void dropLine() {
    droppedInBackOff += line.size() + (parcel == null ? 0 : 1);
    line.clear();
    lineBytes = 0;
    parcel = null;
  }

  /** Ends the link; nothing is sent any more. */
  void close() {
    closed = true;
    dropLine();
  }

  LinkStats linkStats() {
    return new LinkStats(
        frames,
        messages,
        chunks,
        failedWrites,
        droppedAtWindow,
        droppedInBackOff,
        droppedTooLarge,
        droppedRepeats);
  }

  /** A large message: it is encoded when its turn comes and split while its chunks leave. */
  private final class Parcel {
    private final long id;
    private final Buffer bytes;
    private final int count;
    private int number;

    Parcel(long id, Message message, int size) {
      this.id = id;
      bytes = FrameCodec.encode(message, size);
      count = (size + linkLimits.frameBytes() - 1) / linkLimits.frameBytes();
    }

    boolean isEmpty() {
      return number == count;
    }

    Frame next() {
      int from = number * linkLimits.frameBytes();
      int to = Math.min(bytes.length(), from + linkLimits.frameBytes());
      return new Frame.Chunk(
          self.get(), role, id, number++, count, bytes.length(), bytes.getBytes(from, to));
    }
  }
}
