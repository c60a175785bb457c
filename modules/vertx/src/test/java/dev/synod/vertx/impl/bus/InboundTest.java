package dev.synod.vertx.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.FrameHeader;
import dev.synod.vertx.impl.frame.Messages;
import dev.synod.vertx.impl.frame.WireFormat;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InboundTest {
  private static final FrameHeader FRIEND = Messages.origin("orders", "n2", 7);
  private static final LinkLimits LIMITS = new LinkLimits(100, 3, 2_500, 2, 20_000, 250, 20, 1_000);

  private final List<Message> received = new ArrayList<>();
  private final Inbound inbound =
      new Inbound(
          "orders",
          Role.LEARNER,
          Set.of("n2", "n3")::contains,
          LIMITS,
          (from, messages) -> received.addAll(messages));

  private static Frame batch(String group, String from, Role role) {
    Message message = role == Role.LEARNER ? new Message.Learn(5) : new Message.PreVote(5);
    return new Frame.Batch(Messages.origin(group, from, 7), role, List.of(message));
  }

  private static Frame.Chunk chunk(
      FrameHeader from, long id, int number, int count, int total, int bytes) {
    return new Frame.Chunk(from, Role.LEARNER, id, number, count, total, new byte[bytes]);
  }

  @Test
  void messagesForThisRoleFromAMemberAreHandedOn() {
    inbound.accept(batch("orders", "n3", Role.LEARNER));
    assertThat(received).containsExactly(new Message.Learn(5));
    assertThat(inbound.bad()).isZero();
  }

  @Test
  void whatIsForAnotherRoleOrGroupOrFromAStrangerOrNoFrameIsDroppedAndCounted() {
    inbound.accept(batch("orders", "n3", Role.ACCEPTOR));
    inbound.accept(batch("others", "n3", Role.LEARNER));
    inbound.accept(batch("orders", "n4", Role.LEARNER));
    inbound.accept(new Frame.Bad("it ends 3 bytes early"));
    inbound.accept("hello");
    inbound.accept(null);
    inbound.accept(chunk(Messages.origin("orders", "n4", 7), 1, 0, 3, 250, 100));
    assertThat(received).isEmpty();
    assertThat(inbound.bad()).isEqualTo(7);
  }

  @Test
  void aMessageAnnouncedLargerThanAnyMayBeIsBad() {
    inbound.accept(chunk(FRIEND, 1, 0, 3, 251, 100));
    assertThat(inbound.bad()).isEqualTo(1);
  }

  @Test
  void piecesThatAreTogetherMoreOrLessThanAnnouncedMakeNoMessage() {
    inbound.accept(chunk(FRIEND, 1, 0, 2, 150, 100));
    inbound.accept(chunk(FRIEND, 1, 1, 2, 150, 51));
    inbound.accept(chunk(FRIEND, 2, 0, 2, 150, 100));
    inbound.accept(chunk(FRIEND, 2, 1, 2, 150, 49));
    inbound.accept(chunk(FRIEND, 3, 0, 3, 150, 100));
    inbound.accept(chunk(FRIEND, 3, 1, 3, 150, 50));
    assertThat(received).isEmpty();
    assertThat(inbound.incomplete()).isEqualTo(3);
  }

  @Test
  void piecesOutOfOrderOrTwiceMakeNoMessageEvenIfTheyAddUp() {
    Message message = new Message.Learn(0x0102030405060708L);
    Buffer bytes = FrameCodec.encode(message, (int) WireFormat.size(message));
    List<Frame> thirds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      byte[] third = bytes.getBytes(3 * i, 3 * i + 3);
      thirds.add(new Frame.Chunk(FRIEND, Role.LEARNER, 1, i, 3, 9, third));
    }
    List.of(0, 2, 1).forEach(i -> inbound.accept(thirds.get(i)));
    List.of(0, 1, 1).forEach(i -> inbound.accept(thirds.get(i)));
    assertThat(received).isEmpty();
    assertThat(inbound.incomplete()).isEqualTo(2);
    List.of(0, 1, 2).forEach(i -> inbound.accept(thirds.get(i)));
    assertThat(received).containsExactly(message);
  }

  @Test
  void piecesThatMakeNoMessageAreBad() {
    inbound.accept(chunk(FRIEND, 1, 0, 2, 150, 100));
    inbound.accept(chunk(FRIEND, 1, 1, 2, 150, 50));
    assertThat(inbound.bad()).isEqualTo(1);
  }

  @Test
  void piecesOfTwoSendersOrTwoStoresOfOneAreNotMixed() {
    Message message = new Message.Learn(77);
    Buffer bytes = FrameCodec.encode(message, (int) WireFormat.size(message));
    FrameHeader other = Messages.origin("orders", "n3", 7);
    FrameHeader reborn = Messages.origin("orders", "n2", 8);
    inbound.accept(piece(FRIEND, bytes, 0));
    inbound.accept(piece(other, bytes, 0));
    inbound.accept(piece(FRIEND, bytes, 1));
    inbound.accept(piece(other, bytes, 1));
    assertThat(received).containsExactly(message, message);

    inbound.accept(piece(FRIEND, bytes, 0));
    inbound.accept(piece(reborn, bytes, 1));
    assertThat(received).hasSize(2);
  }

  private static Frame piece(FrameHeader from, Buffer bytes, int number) {
    byte[] part = number == 0 ? bytes.getBytes(0, 5) : bytes.getBytes(5, bytes.length());
    return new Frame.Chunk(from, Role.LEARNER, 1, number, 2, bytes.length(), part);
  }
}
