package dev.synod.vertx.impl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.synod.core.Ballot;
import dev.synod.core.Message;
import dev.synod.core.Role;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
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
  private static final Origin ORIGIN = new Origin("orders", "n1", 42);

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
    assertThat(FrameCodec.encode(message, (int) MessageForm.size(message)).length())
        .isEqualTo(MessageForm.size(message));
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

  @Property(tries = 2000)
  void rubbishIsBadAndCostsLittle(
      @ForAll @Size(max = 300) byte[] rubbish, @ForAll boolean started) {
    Buffer buffer = Buffer.buffer(rubbish);
    if (started && rubbish.length > 2) {
      buffer.setByte(0, (byte) 1).setByte(1, (byte) (1 + (rubbish[1] & 1)));
    }
    assertHarmless(buffer);
  }

  @Property(tries = 500)
  void aFrameWithAnyBitFlippedIsAFrameOrBadAndCostsLittle(
      @ForAll("frames") Frame frame, @ForAll Random random) {
    Buffer whole = encode(frame);
    for (int i = 0; i < 300; i++) {
      int bit = random.nextInt(8 * whole.length());
      Buffer flipped = whole.copy();
      flipped.setByte(bit / 8, (byte) (flipped.getByte(bit / 8) ^ (1 << (bit % 8))));
      assertHarmless(flipped);
    }
  }

  @Property(tries = 300)
  void aFrameWithAnyFourBytesTurnedIntoAHugeNumberIsAFrameOrBadAndCostsLittle(
      @ForAll("frames") Frame frame) {
    Buffer whole = encode(frame);
    for (int at = 0; at < whole.length() - 4; at += 1 + at / 50) {
      assertHarmless(whole.copy().setInt(at, Integer.MAX_VALUE));
      assertHarmless(whole.copy().setInt(at, 0x0fff_ffff));
      assertHarmless(whole.copy().setInt(at, -1));
    }
  }

  private void assertHarmless(Buffer buffer) {
    long before = allocated();
    Frame frame = decode(buffer);
    // The constant is for what the JVM itself allocates here when code runs for the first time.
    assertThat(allocated() - before).isLessThan((1L << 20) + 20L * buffer.length());
    if (frame instanceof Frame.Bad bad) {
      assertThat(bad.reason()).doesNotContain("unforeseen");
    } else {
      assertThat(encode(frame)).isEqualTo(buffer);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Example
  void aMessageInAFrameForAnotherRoleIsBad() {
    Frame wrong = new Frame.Batch(ORIGIN, Role.LEARNER, List.of(new Message.Canvass(1)));
    assertThat(decode(encode(wrong)))
        .isEqualTo(new Frame.Bad("a Canvass in a frame for the LEARNER"));
  }

  @Example
  void aFrameOfAnotherVersionSaysSo() {
    Buffer newer = encode(new Frame.Batch(ORIGIN, Role.LEARNER, List.of())).setByte(0, (byte) 2);
    assertThat(decode(newer)).isEqualTo(new Frame.Bad("version 2, expected 1"));
  }

  @Example
  void aMessageThatCouldNotBeReadBackIsRefusedBeforeItReachesTheEventBus() {
    Message message = new Message.Resigned(new Ballot(1, "the moon"));
    assertThatThrownBy(() -> MessageForm.size(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"the moon\"")
        .hasMessageContaining(Names.EXPECTED);
  }

  @Example
  void theSameNameIsTheSameString() {
    Buffer bytes = encode(new Frame.Batch(ORIGIN, Role.LEARNER, List.of()));
    Frame.Batch first = (Frame.Batch) decode(bytes);
    Frame.Batch second = (Frame.Batch) decode(bytes);
    assertThat(first.origin().member()).isSameAs(second.origin().member());
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
