package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.MalformedFrameException;
import dev.synod.vertx.impl.frame.Names;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reassembles large messages: one at a time for each sender, with its chunks in order. A gap means
 * that a chunk was lost; the message is then dropped, and the protocol repeats it. Memory grows
 * with the received chunks, not with the announced size.
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
   * Adds the next chunk.
   *
   * @return the message after its last chunk, otherwise null
   * @throws MalformedFrameException if the chunks are no valid message
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
            String.format(
                Locale.ROOT,
                "a message of %d bytes, more than the %d allowed",
                chunk.total(),
                linkLimits.messageBytes()));
      }
      message = new Started(chunk);
      started.put(sender, message);
    } else if (message == null) {
      return null; // the message of this chunk is already dropped and counted
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

  /** Returns the number of messages that were dropped because a chunk was missing. */
  long dropped() {
    return dropped;
  }

  /** Drops the unfinished message of a member that has left the group. */
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
