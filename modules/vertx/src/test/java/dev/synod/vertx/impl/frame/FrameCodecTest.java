package dev.synod.vertx.impl.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Role;
import dev.synod.core.Snapshot;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.vertx.config.NameRule;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class FrameCodecTest {
  private static final FrameHeader ORIGIN = Messages.origin("orders", "n1", 42);

  private final FrameCodec codec = new FrameCodec();

  @Provide
  Arbitrary<Frame> frames() {
    return Messages.frames();
  }

  @Provide
  Arbitrary<Class<? extends Message>> kinds() {
    return Arbitraries.of(Messages.covered());
  }

  @Example
  void everyKindOfMessageThatTheProtocolHasIsTriedHere() {
    assertThat(new ArrayList<Class<?>>(Messages.covered()))
        .containsExactlyInAnyOrderElementsOf(Messages.permitted());
  }

  @Property(tries = 2000)
  void everyKindOfMessageComesBackAsItWas(
      @ForAll("kinds") Class<? extends Message> kind, @ForAll long seed) {
    Message message = Messages.of(kind).generator(100).next(new Random(seed)).value();
    Frame sent = new Frame.Batch(ORIGIN, message.recipient(), List.of(message));
    assertThat(decode(encode(sent))).usingRecursiveComparison().isEqualTo(sent);
    assertThat(FrameCodec.encode(message, (int) WireFormat.size(message)).length())
        .isEqualTo(WireFormat.size(message));
  }

  @Property(tries = 300)
  void everyFrameComesBackAsItWasFromWhereverItStandsInTheBuffer(
      @ForAll("frames") Frame frame, @ForAll @Size(max = 40) byte[] before) {
    Buffer buffer = Buffer.buffer(before);
    codec.encodeToWire(buffer, frame);
    assertThat(codec.decodeFromWire(before.length, buffer))
        .usingRecursiveComparison()
        .isEqualTo(frame);
  }

  @Property(tries = 300)
  void aFrameCutShortOrTooLongIsBad(@ForAll("frames") Frame frame, @ForAll byte any) {
    Buffer whole = encode(frame);
    for (int length = 0; length < whole.length(); length += 1 + length / 50) {
      assertThat(decode(whole.getBuffer(0, length))).isInstanceOf(Frame.Bad.class);
    }
    assertThat(decode(whole.copy().appendByte(any))).isInstanceOf(Frame.Bad.class);
  }

  @Example
  void aSlotOrARoundThatNoMemberCouldGoOnFromIsBad() {
    Ballot ballot = new Ballot(1, "b");
    Ballot last = new Ballot(Long.MAX_VALUE, "b");
    for (Message message :
        List.of(
            new Message.Accept(ballot, Long.MAX_VALUE, Value.noOp(1), 0),
            new Message.Prepare(ballot, Long.MIN_VALUE),
            new Message.Promise(ballot, 1, Long.MIN_VALUE, List.of(), 0),
            new Message.Nack(ballot, last),
            new Message.Learn(-1),
            new Message.Offer(new Snapshot(0, 1, 1)),
            new Message.Offer(new Snapshot(1, 0, 1)),
            new Message.Fetch(new Snapshot(1, 10, 1), 5, 6),
            new Message.Fetch(new Snapshot(1, 1 << 20, 1), 0, Snapshot.MAX_CHUNK + 1),
            new Message.Chunk(new Snapshot(1, 10, 1), -1, new byte[1]),
            new Message.StateHash(0, 1),
            new Message.WantSnapshot(0),
            new Message.Learned(List.of(new Entry(Long.MAX_VALUE, ballot, Value.noOp(1))), 1))) {
      Frame frame = new Frame.Batch(ORIGIN, message.recipient(), List.of(message));
      assertThat(decode(encode(frame))).as("%s", message).isInstanceOf(Frame.Bad.class);
    }
  }

  @Example
  void aMessageInAFrameForAnotherRoleIsBad() {
    Frame wrong = new Frame.Batch(ORIGIN, Role.LEARNER, List.of(new Message.PreVote(1)));
    assertThat(decode(encode(wrong)))
        .isEqualTo(new Frame.Bad("a PreVote in a frame for the LEARNER"));
  }

  @Example
  void aFrameOfAnotherVersionSaysSo() {
    Buffer newer = encode(new Frame.Batch(ORIGIN, Role.LEARNER, List.of())).setByte(0, (byte) 5);
    assertThat(decode(newer)).isEqualTo(new Frame.Bad("version 5, expected 4"));
  }

  @Example
  void aMessageThatCouldNotBeReadBackIsRefusedBeforeItReachesTheEventBus() {
    Message message = new Message.Resigned(new Ballot(1, "the moon"));
    assertThatThrownBy(() -> WireFormat.size(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"the moon\"")
        .hasMessageContaining(NameRule.EXPECTED);
  }

  @Example
  void theSameNameIsTheSameString() {
    Buffer bytes = encode(new Frame.Batch(ORIGIN, Role.LEARNER, List.of()));
    Frame.Batch first = (Frame.Batch) decode(bytes);
    Frame.Batch second = (Frame.Batch) decode(bytes);
    assertThat(first.frameHeader().member()).isSameAs(second.frameHeader().member());
  }

  @Example
  void isRegisteredOnceHoweverManyMembersAreInAVertx() {
    Vertx vertx = Vertx.vertx();
    try {
      FrameCodec.register(vertx);
      FrameCodec.register(vertx);
    } finally {
      vertx.close().await();
    }
  }

  private Buffer encode(Frame frame) {
    Buffer buffer = Buffer.buffer();
    codec.encodeToWire(buffer, frame);
    return buffer;
  }

  private Frame decode(Buffer buffer) {
    return codec.decodeFromWire(0, buffer);
  }
}
