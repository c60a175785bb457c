package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts large messages together again: one at a time for each sender, its pieces in order. Anything
 * else means that a piece was lost; the message is then dropped, and the protocol sends it again.
 * Memory is what has arrived, never what a piece announces.
 */
final class Assembler {
  private final Role role;
  private final LinkLimits linkLimits;
  private final Names names = new Names();
  private final Map<String, Started> started = new HashMap<>();
  private long dropped;

  Assembler(Role role, LinkLimits linkLimits) {
    this.role = role;
    this.linkLimits = linkLimits;
  }

  /**
   * Takes the next piece.
   *
   * @return the message if this was its last one
   * @throws MalformedFrameException if the pieces cannot be, or are not, a message
   */
  @Nullable Message take(Frame.Chunk chunk) {
    String sender = chunk.frameHeader().member();
    Started message = started.get(sender);
    if (chunk.number() == 0) {
      if (message != null) {
        dropped++;
      }
      if (chunk.total() > linkLimits.messageBytes()) {
        started.remove(sender);
        throw new MalformedFrameException(
            "a message of %d bytes, more than the %d allowed"
                .formatted(chunk.total(), linkLimits.messageBytes()));
      }
      message = new Started(chunk);
      started.put(sender, message);
    } else if (message == null) {
      return null; // the message it belongs to is dropped and counted already
    }
    if (!message.add(chunk)) {
      started.remove(sender);
      dropped++;
      return null;
    }
    if (!message.isWhole()) {
      return null;
    }
    started.remove(sender);
    return FrameCodec.decode(message.bytes(), role, names);
  }

  /** Messages of which a piece was missing. */
  long dropped() {
    return dropped;
  }

  /** Forgets what a member that has left the group had begun to send. */
  void forget(String member) {
    started.remove(member);
  }

  private static final class Started {
    private final Frame.Chunk first;
    private final List<byte[]> pieces = new ArrayList<>();
    private int size;

    Started(Frame.Chunk first) {
      this.first = first;
    }

    boolean add(Frame.Chunk chunk) {
      boolean next =
          chunk.frameHeader().equals(first.frameHeader())
              && chunk.id() == first.id()
              && chunk.count() == first.count()
              && chunk.total() == first.total()
              && chunk.number() == pieces.size()
              && chunk.bytes().length <= first.total() - size;
      if (next) {
        pieces.add(chunk.bytes());
        size += chunk.bytes().length;
      }
      return next && (size == first.total()) == isWhole();
    }

    boolean isWhole() {
      return pieces.size() == first.count();
    }

    Buffer bytes() {
      Buffer bytes = Buffer.buffer(size);
      pieces.forEach(bytes::appendBytes);
      return bytes;
    }
  }
}
