package dev.synod.vertx.impl.frame;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import java.util.List;

/** The body of one event-bus message to a role of a member. Immutable. */
public sealed interface Frame {

  /**
   * The messages of one member for one role of another member at the end of an event-loop turn.
   *
   * @param role recipient of every message
   */
  record Batch(FrameHeader frameHeader, Role role, List<Message> messages) implements Frame {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /**
   * A chunk of a message that is too large for a batch. Chunks arrive in order, and small messages
   * can pass between them.
   *
   * @param id number of the message among those of this sender for this role
   * @param number number of the chunk, from 0
   * @param count number of chunks
   * @param total size of all chunks in bytes
   * @param bytes content of this chunk, which must not be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(
      FrameHeader frameHeader, Role role, long id, int number, int count, int total, byte[] bytes)
      implements Frame {}

  /**
   * Result of decoding bytes that are no frame.
   *
   * @param reason reason, for the log
   */
  record Bad(String reason) implements Frame {}
}
