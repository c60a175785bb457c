package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import java.util.List;

/** What one member's role gets in one message of the event bus. Immutable. */
public sealed interface Frame {

  /**
   * Messages that one member had for one role of another at the end of an event-loop turn.
   *
   * @param role the recipient of every one of them
   */
  record Batch(FrameHeader frameHeader, Role role, List<Message> messages) implements Frame {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /**
   * A piece of a message too large for a batch; large ones travel so, in order, that small ones can
   * pass between the pieces.
   *
   * @param id of the message among those of this sender for this role
   * @param number of the piece, from 0
   * @param count of the pieces
   * @param total bytes of all the pieces
   * @param bytes of this piece; not to be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(
      FrameHeader frameHeader, Role role, long id, int number, int count, int total, byte[] bytes)
      implements Frame {}

  /**
   * What the codec makes of bytes that are no frame.
   *
   * @param reason what was wrong with them, for the log
   */
  record Bad(String reason) implements Frame {}
}
