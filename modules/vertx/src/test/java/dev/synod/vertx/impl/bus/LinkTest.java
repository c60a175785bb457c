package dev.synod.vertx.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Role;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.storage.log.RecordCodec;
import dev.synod.vertx.config.NameRule;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameHeader;
import dev.synod.vertx.impl.frame.Messages;
import dev.synod.vertx.impl.frame.WireFormat;
import dev.synod.vertx.impl.frame.WireReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final FrameHeader SELF = Messages.origin("orders", "n1", 7);
  private static final Ballot BALLOT = new Ballot(3, "n1");
  private static final LinkLimits LIMITS =
      new LinkLimits(1_000, 3, 2_500, 2, 20_000, 10_000, 20, 1_000);

  private final List<Frame> sent = new ArrayList<>();
  private final List<Promise<Void>> answers = new ArrayList<>();
  private final Random random = new Random(1);
  private boolean answerAtOnce;
  private boolean awake;
  private long now = 1_000_000_007;

  private Link link = link(false);

  private Link link(boolean local) {
    return new Link(
        () -> SELF,
        Role.ACCEPTOR,
        local,
        LIMITS,
        new BackOff(LIMITS, () -> now, random),
        frame -> {
          sent.add(frame);
          Promise<Void> answer = Promise.promise();
          answers.add(answer);
          return answerAtOnce ? Future.succeededFuture() : answer.future();
        },
        any -> awake = true);
  }

  private static Message.Accept accept(long slot, int payload) {
    byte[] bytes = new byte[payload];
    new Random(slot).nextBytes(bytes);
    Value value = new Value.Builder().add(new Command(1, slot, 0, bytes)).build(slot);
    return new Message.Accept(BALLOT, slot, value, 0);
  }

  private static Message.Heartbeat beat(long number) {
    return new Message.Heartbeat(BALLOT, number, 7, 0);
  }

  private void sendAlone(Message message) {
    link.send(message);
    link.flush();
  }

  private static List<Message> messagesOf(Frame frame) {
    return ((Frame.Batch) frame).messages();
  }

  private List<Frame.Chunk> chunksSent() {
    return sent.stream()
        .filter(Frame.Chunk.class::isInstance)
        .map(Frame.Chunk.class::cast)
        .toList();
  }

  private void answerAll() {
    for (int i = 0; i < answers.size(); i++) { // more come while it runs
      answers.get(i).tryComplete();
      flushIfAwake();
    }
  }

  private void flushIfAwake() {
    if (awake) {
      awake = false;
      link.flush();
    }
  }

  @Test
  void messagesOfOneTurnLeaveInOneFrameInOrder() {
    link.send(beat(1));
    link.send(beat(2));
    assertThat(sent).isEmpty();
    link.flush();
    link.flush();
    assertThat(sent)
        .containsExactly(new Frame.Batch(SELF, Role.ACCEPTOR, List.of(beat(1), beat(2))));
  }

  @Test
  void aFrameThatIsFullLeavesBeforeTheEndOfTheTurn() {
    link.send(accept(1, 500));
    link.send(accept(2, 500));
    assertThat(sent).hasSize(1);
    assertThat(messagesOf(sent.get(0))).containsExactly(accept(1, 500));
    link.flush();
    assertThat(messagesOf(sent.get(1))).containsExactly(accept(2, 500));
  }

  @Test
  void overTheWindowOfFramesMessagesAreDroppedAndCountedUntilOneIsAnswered() {
    for (int i = 0; i < 5; i++) {
      sendAlone(beat(i));
    }
    assertThat(sent).hasSize(3);
    assertThat(link.linkStats().droppedAtWindow()).isEqualTo(2);
    answers.get(0).complete();
    sendAlone(beat(9));
    assertThat(messagesOf(sent.get(3))).containsExactly(beat(9));
  }

  @Test
  void overTheWindowOfBytesMessagesAreDroppedAndCounted() {
    sendAlone(accept(1, 900));
    sendAlone(accept(2, 900));
    sendAlone(accept(3, 900));
    assertThat(sent).hasSize(2);
    assertThat(link.linkStats().droppedAtWindow()).isEqualTo(1);
    sendAlone(beat(1));
    assertThat(sent).hasSize(3);
  }

  @Test
  void afterAFailedWriteNothingLeavesForAWhileThenOneFrameAndAfterItsSuccessAll() {
    sendAlone(beat(1));
    answers.get(0).fail("gone");
    sendAlone(beat(2));
    assertThat(sent).hasSize(1);
    assertThat(link.linkStats().droppedInBackOff()).isEqualTo(1);
    assertThat(link.linkStats().failedWrites()).isEqualTo(1);

    now += TimeUnit.MILLISECONDS.toNanos(20);
    sendAlone(beat(3));
    sendAlone(beat(4));
    assertThat(sent).hasSize(2);
    answers.get(1).complete();
    sendAlone(beat(5));
    sendAlone(beat(6));
    assertThat(sent).hasSize(4);
  }

  @Test
  void theWaitDoublesUpToASecondAndIsNotTheSameEachTime() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sendAlone(beat(i));
      answers.get(i).fail("gone");
      long from = now;
      while (sent.size() == i + 1) {
        now += TimeUnit.MILLISECONDS.toNanos(1);
        sendAlone(beat(i));
        if (sent.size() > i + 1) {
          sent.remove(i + 1);
          answers.remove(i + 1).fail("still gone");
          break;
        }
      }
      waits.add(TimeUnit.NANOSECONDS.toMillis(now - from));
      now += TimeUnit.SECONDS.toNanos(2);
    }
    assertThat(waits.get(0)).isBetween(10L, 20L);
    assertThat(waits.get(1)).isBetween(40L, 80L); // two failures a round
    assertThat(waits).allMatch(wait -> wait <= 1_001);
    assertThat(waits.subList(4, 12)).allMatch(wait -> wait >= 500);
    assertThat(waits.subList(4, 12)).doesNotHaveDuplicates();
  }

  @Test
  void framesThatFailTogetherAreOneFailure() {
    sendAlone(beat(1));
    sendAlone(beat(2));
    sendAlone(beat(3));
    answers.forEach(answer -> answer.fail("connection closed"));
    now += TimeUnit.MILLISECONDS.toNanos(20);
    sendAlone(beat(4));
    assertThat(sent).hasSize(4);
    assertThat(link.linkStats().failedWrites()).isEqualTo(3);
  }

  @Test
  void aLateSuccessFromBeforeTheFailureDoesNotEndTheWait() {
    sendAlone(beat(1));
    sendAlone(beat(2));
    answers.get(0).fail("gone");
    answers.get(1).complete();
    sendAlone(beat(3));
    assertThat(sent).hasSize(2);
  }

  @Test
  void anEventBusThatThrowsCountsAsAFailedWrite() {
    link =
        new Link(
            () -> SELF,
            Role.ACCEPTOR,
            false,
            LIMITS,
            new BackOff(LIMITS, () -> now, random),
            frame -> {
              throw new IllegalStateException("Event Bus is not started");
            },
            any -> awake = true);
    sendAlone(beat(1));
    sendAlone(beat(2));
    assertThat(link.linkStats().failedWrites()).isEqualTo(1);
    assertThat(link.linkStats().droppedInBackOff()).isEqualTo(1);
  }

  @Test
  void aLargeMessageTravelsInPiecesAFewAtATimeAndIsPutTogetherAgain() {
    sendAlone(accept(1, 5_000));
    assertThat(chunksSent()).hasSize(2);
    answers.get(0).complete();
    assertThat(chunksSent()).as("not within the completion of another").hasSize(2);
    flushIfAwake();
    assertThat(chunksSent()).hasSize(3);
    answerAll();
    assertThat(chunksSent()).hasSize(6);
    assertThat(receive(sent)).containsExactly(accept(1, 5_000));
  }

  @Test
  void aHeartbeatPassesBetweenThePieces() {
    sendAlone(accept(1, 5_000));
    sendAlone(beat(1));
    assertThat(sent).hasSize(3);
    assertThat(messagesOf(sent.get(2))).containsExactly(beat(1));
    answerAll();
    assertThat(receive(sent)).containsExactly(beat(1), accept(1, 5_000));
  }

  @Test
  void largeMessagesLeaveInOrder() {
    for (int slot = 1; slot <= 3; slot++) {
      sendAlone(accept(slot, 1_500));
    }
    answerAll();
    assertThat(receive(sent)).containsExactly(accept(1, 1_500), accept(2, 1_500), accept(3, 1_500));
  }

  @Test
  void aLostPieceDropsItsMessageAndNoOther() {
    for (int slot = 1; slot <= 3; slot++) {
      sendAlone(accept(slot, 2_500));
    }
    answerAll();
    for (int lost = 3; lost < 6; lost++) { // each of the second message's three
      List<Frame> arrived = new ArrayList<>(sent);
      arrived.remove(lost);
      assertThat(receive(arrived)).containsExactly(accept(1, 2_500), accept(3, 2_500));
    }
  }

  @Test
  void aRepeatedOrOvertakenPieceNeverMakesAWrongMessage() {
    sendAlone(accept(1, 2_500));
    answerAll();
    assertThat(receive(List.of(sent.get(0), sent.get(1), sent.get(1), sent.get(2)))).isEmpty();
    assertThat(receive(List.of(sent.get(1), sent.get(0), sent.get(2)))).isEmpty();
  }

  @Test
  void whenAPieceFailsTheRestOfTheLineIsDropped() {
    sendAlone(accept(1, 5_000));
    sendAlone(accept(2, 5_000));
    answers.get(0).fail("gone");
    answers.get(1).fail("gone");
    assertThat(sent).hasSize(2);
    assertThat(link.linkStats().droppedInBackOff()).isEqualTo(2);
    now += TimeUnit.MILLISECONDS.toNanos(20);
    sendAlone(accept(3, 5_000));
    assertThat(sent).hasSize(3); // one piece, to try
    answerAll();
    assertThat(receive(sent)).containsExactly(accept(3, 5_000));
  }

  @Test
  void aLargeMessageIsNotSentTwiceWhileItWaits() {
    sendAlone(accept(1, 5_000));
    sendAlone(accept(2, 5_000));
    sendAlone(accept(2, 5_000));
    assertThat(link.linkStats().droppedRepeats()).isEqualTo(1);
  }

  @Test
  void largeMessagesThatWaitAreBounded() {
    for (int slot = 1; slot <= 5; slot++) { // the first is on its way, and no longer waits
      sendAlone(accept(slot, 9_000));
    }
    assertThat(link.linkStats().droppedAtWindow()).isEqualTo(2);
  }

  @Test
  void aMessageAboveTheSizeLimitIsDroppedAndCounted() {
    sendAlone(accept(1, 11_000));
    assertThat(sent).isEmpty();
    assertThat(link.linkStats().droppedTooLarge()).isEqualTo(1);
  }

  @Test
  void theLargestCommandFitsIntoEachMessageAndRecordThatCarriesOne() {
    String name = "n".repeat(NameRule.MAX_LENGTH);
    Ballot ballot = new Ballot(WireReader.MAX_NUMBER, name);
    Command command = new Command(1, 1, 0, new byte[Value.MAX_COMMAND]);
    Value value = new Value.Builder().add(command).build(1);
    Entry entry = new Entry(WireReader.MAX_NUMBER, ballot, value);

    assertThat(value.block()).hasSize(Value.MAX_BLOCK);
    for (Message message :
        List.of(
            new Message.Submit(command),
            new Message.Accept(ballot, entry.slot(), value, entry.slot()),
            new Message.Promise(ballot, 1, Long.MAX_VALUE, List.of(entry), entry.slot()),
            new Message.Learned(List.of(entry), entry.slot()))) {
      assertThat(WireFormat.size(message))
          .isLessThanOrEqualTo(LinkLimits.DEFAULT.messageBytes())
          .isLessThanOrEqualTo(LinkLimits.DEFAULT.queuedBytes());
    }
    assertThat(RecordCodec.size(new LogRecord.Accepted(entry))).isGreaterThan(Value.MAX_BLOCK);
  }

  @Test
  void inOneVertxALargeMessageIsHandedOnWhole() {
    link = link(true);
    Message large = accept(1, 50_000);
    sendAlone(large);
    assertThat(messagesOf(sent.get(0)).get(0)).isSameAs(large);
  }

  @Test
  void piecesThatAreAnsweredAtOnceAllLeaveInOneGo() {
    answerAtOnce = true;
    sendAlone(accept(1, 9_000));
    assertThat(receive(sent)).containsExactly(accept(1, 9_000));
  }

  @Test
  void aClosedLinkSendsNothing() {
    sendAlone(accept(1, 5_000));
    link.close();
    answerAll();
    sendAlone(beat(1));
    sendAlone(accept(2, 5_000));
    assertThat(sent).hasSize(2);
  }

  private static List<Message> receive(List<Frame> frames) {
    List<Message> received = new ArrayList<>();
    Inbound inbound =
        new Inbound(
            "orders",
            Role.ACCEPTOR,
            "n1"::equals,
            LIMITS,
            (from, messages) -> received.addAll(messages));
    frames.forEach(inbound::accept);
    return received;
  }
}
