package dev.synod.vertx.impl.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.host.Host;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.member.Member;
import dev.synod.core.member.MemberKind;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.vertx.impl.bus.Inbound;
import dev.synod.vertx.impl.bus.LinkLimits;
import io.vertx.core.buffer.Buffer;
import java.io.DataInput;
import java.io.DataOutput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever arrives at the addresses of a member: it is a frame, or bad, and harms nobody. */
class FrameFuzzTest {
  private static final FrameHeader FRIEND = Messages.origin("orders", "b", 42);
  private static final FrameHeader STRANGER = Messages.origin("orders", "z", 42);
  private static final Ballot BALLOT = new Ballot(7, "b");
  private static final Value VALUE =
      new Value.Builder().add(new Command(5, 1, 0, new byte[] {1, 2, 3})).build(1_000);
  private static final List<Entry> ENTRIES =
      List.of(new Entry(1, BALLOT, VALUE), new Entry(2, BALLOT, Value.noOp(9)));

  private static final Snapshot SNAPSHOT = new Snapshot(9, 3, 4);

  /** One of each kind: FrameCodecTest tells when there is another. */
  private static final List<Message> MESSAGES =
      List.of(
          new Message.PreVote(3),
          new Message.Prepare(BALLOT, 1),
          new Message.Accept(BALLOT, 1, VALUE, 0),
          new Message.Heartbeat(BALLOT, 1, 7, 0),
          new Message.Resigned(BALLOT),
          new Message.PreVoteReply(1, false, Ballot.NONE),
          new Message.Promise(new Ballot(1, "a"), 1, Long.MAX_VALUE, ENTRIES, 0),
          new Message.Accepted(new Ballot(1, "a"), 1),
          new Message.Nack(new Ballot(1, "a"), BALLOT),
          new Message.HeartbeatAck(new Ballot(1, "a"), 1, true),
          new Message.TakeOver(BALLOT),
          new Message.Submit(new Command(5, 1, 0, new byte[] {1, 2, 3})),
          new Message.Refused(5, 1, true),
          new Message.ReadIndex(1, true),
          new Message.ReadIndexReply(1, 1, true),
          new Message.Chosen(BALLOT, 1),
          new Message.Learn(1),
          new Message.Learned(ENTRIES, 2),
          new Message.WantSnapshot(1),
          new Message.Offer(SNAPSHOT),
          new Message.Fetch(SNAPSHOT, 0, 3),
          new Message.Chunk(SNAPSHOT, 0, new byte[] {1, 2, 3}),
          new Message.StateHash(1_024, 5),
          new Message.Follow(1),
          new Message.GroupStatus(BALLOT, 2, 7),
          new Message.Hello(),
          new Message.IdentityChallenge(1, 1),
          new Message.IdentityResponse(1, 42),
          new Message.Excluded(6, ExclusionReason.COPY, Epoch.FIRST));

  private final FrameCodec codec = new FrameCodec();

  static Stream<byte[]> frames() {
    List<byte[]> frames = new ArrayList<>();
    for (Message message : MESSAGES) {
      frames.add(bytes(new Frame.Batch(FRIEND, message.recipient(), List.of(message))));
      byte[] whole = FrameCodec.encode(message, (int) WireFormat.size(message)).getBytes();
      int cut = Math.min(5, whole.length - 1);
      for (int piece = 0; piece < 2; piece++) {
        byte[] half =
            Arrays.copyOfRange(whole, piece == 0 ? 0 : cut, piece == 0 ? cut : whole.length);
        Role role = message.recipient();
        frames.add(bytes(new Frame.Chunk(FRIEND, role, 1, piece, 2, whole.length, half)));
      }
    }
    Message canvass = new Message.PreVote(3);
    frames.add(bytes(new Frame.Batch(STRANGER, Role.ACCEPTOR, List.of(canvass, canvass))));
    FrameHeader fenced =
        new FrameHeader("orders", "b", new Incarnation(42, 3, 8), new Epoch(77, 1, "c"));
    frames.add(bytes(new Frame.Batch(fenced, Role.ACCEPTOR, List.of(canvass))));
    return Seeds.around(frames);
  }

  private static byte[] bytes(Frame frame) {
    Buffer buffer = Buffer.buffer();
    new FrameCodec().encodeToWire(buffer, frame);
    return buffer.getBytes();
  }

  @MethodSource("frames")
  @FuzzTest
  void aFrameIsReadAndWrittenAgainAsItWasOrIsBad(byte[] bytes) {
    Frame frame = Harmless.read(bytes.length, () -> codec.decodeFromWire(0, Buffer.buffer(bytes)));
    if (frame instanceof Frame.Bad bad) {
      assertThat(bad.reason()).doesNotContain("unforeseen");
    } else {
      assertThat(bytes(frame)).isEqualTo(bytes);
    }
  }

  static Stream<byte[]> conversations() {
    List<byte[]> conversations = new ArrayList<>();
    for (Message message : MESSAGES) {
      conversations.add(conversation(List.of(message)));
    }
    conversations.add(conversation(MESSAGES));
    // It is elected, and leads.
    Ballot own = new Ballot(1, "a");
    conversations.add(
        conversation(
            List.of(
                new Message.PreVoteReply(1, false, Ballot.NONE),
                new Message.Promise(own, 1, Long.MAX_VALUE, ENTRIES, 0),
                new Message.Accepted(own, 1),
                new Message.Accepted(own, 2),
                new Message.HeartbeatAck(own, 1, true),
                new Message.Submit(new Command(5, 1, 0, new byte[] {1, 2, 3})),
                new Message.Accepted(own, 3),
                new Message.ReadIndex(1, true),
                new Message.Nack(own, BALLOT))));
    return Seeds.around(conversations);
  }

  /** Each frame behind its length, so that one input may hold many. */
  private static byte[] conversation(List<Message> messages) {
    Buffer all = Buffer.buffer();
    for (Message message : messages) {
      byte[] frame = bytes(new Frame.Batch(FRIEND, message.recipient(), List.of(message)));
      all.appendUnsignedShort(frame.length).appendBytes(frame);
    }
    return all.getBytes();
  }

  /** What a turn of a member throws stops it for good: no frame may bring it to that. */
  @MethodSource("conversations")
  @FuzzTest
  void noFrameStopsAMemberAndAStrangerIsNotHeard(byte[] bytes) {
    Harmless.read(
        bytes.length,
        () -> {
          Receiving member = new Receiving();
          Buffer all = Buffer.buffer(bytes);
          for (int at = 0, frames = 0; at + 2 <= bytes.length && frames < 100; frames++) {
            int end = Math.min(bytes.length, at + 2 + all.getUnsignedShort(at));
            member.receive(codec.decodeFromWire(0, all.getBuffer(at + 2, end)));
            at = end;
          }
          return member;
        });
  }

  /** A member as it is hosted, with a disk and a network that keep nothing. */
  private static final class Receiving implements Host, SnapshotFiles {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final ArrayDeque<Message> own = new ArrayDeque<>();
    private final Map<Role, Inbound> inbound = new EnumMap<>(Role.class);
    private final Member member =
        new Member(
            new Member.Setup(
                "a",
                new Configurations(
                    8,
                    Configuration.first(QuorumSystem.of(NAMES, new QuorumSpec.Majority(), false))),
                null,
                NAMES,
                Settings.DEFAULT,
                Recovered.NOTHING,
                IncarnationHistory.first(5, 6),
                new Nothing(),
                MemberKind.MEMBER,
                /* maxClients= */ 0),
            77,
            bound -> 0,
            1,
            1,
            this);
    private long now = 1;
    private boolean strangerSpeaks;

    Receiving() {
      for (Role role : Role.values()) {
        inbound.put(
            role, new Inbound("orders", role, NAMES::contains, LinkLimits.DEFAULT, this::received));
      }
      member.start();
      member.submit(new byte[] {1});
      for (ReadLevel level :
          List.of(ReadLevel.LINEARIZABLE, ReadLevel.LEASE, ReadLevel.bounded(50))) {
        member.read(level);
      }
      member.read(ReadLevel.notBefore(3));
    }

    void receive(Frame frame) {
      now += 100;
      member.tick(now, now);
      strangerSpeaks = origin(frame) != null && !NAMES.contains(origin(frame).member());
      inbound.values().forEach(role -> role.accept(frame));
      do {
        for (Message message = own.poll(); message != null; message = own.poll()) {
          member.receive("a", message);
        }
        member.flush();
      } while (!own.isEmpty());
    }

    private static @Nullable FrameHeader origin(Frame frame) {
      return frame instanceof Frame.Batch batch
          ? batch.frameHeader()
          : frame instanceof Frame.Chunk chunk ? chunk.frameHeader() : null;
    }

    private void received(FrameHeader from, List<Message> messages) {
      assertThat(strangerSpeaks).isFalse();
      boolean heard = member.acceptsSender(from.member(), from.incarnation(), from.epoch());
      for (Message message : messages) {
        if (heard) {
          member.receive(from.member(), message);
        } else {
          member.receiveUnverified(from.member(), from.incarnation(), message);
        }
      }
    }

    /** The store takes a slot up to half of what a long holds, and stops the member for another. */
    @Override
    public void append(LogRecord record) {
      if (record instanceof LogRecord.Accepted accepted) {
        assertThat(accepted.entry().slot()).isBetween(1L, Long.MAX_VALUE / 2);
      } else if (record instanceof LogRecord.Learned learned) {
        assertThat(learned.entry().slot()).isBetween(1L, Long.MAX_VALUE / 2);
      }
    }

    /** A liar among the members may bring it to say what is refused, but not what has no form. */
    @Override
    public void send(String to, Message message) {
      assertThat(WireFormat.size(message)).isPositive();
    }

    @Override
    public void completeChange(long number, Outcome outcome) {}

    @Override
    public void left() {}

    @Override
    public void barred(LogRecord.Excluded record) {}

    @Override
    public void refused(String member, ExclusionReason why, List<String> differences) {}

    @Override
    public void unfounded(String member, List<String> differences) {}

    @Override
    public void sendAfter(String to, Message message) {
      if (to.equals("a")) {
        own.add(message);
      } else {
        send(to, message);
      }
    }

    @Override
    public void complete(long sequence, Outcome outcome) {}

    @Override
    public void completeReads(long first, long last, Outcome outcome) {}

    @Override
    public SnapshotFiles snapshots() {
      return this;
    }

    @Override
    public long logBytes() {
      return now;
    }

    @Override
    public void take(long slot, StateMachine.Frozen state) {
      member.snapshotTaken(SNAPSHOT);
    }

    @Override
    public void drop(Snapshot snapshot) {}

    @Override
    public void read(Snapshot snapshot, long offset, int length, String forMember) {
      assertThat(length).isBetween(0, Snapshot.MAX_CHUNK);
      assertThat(offset).isBetween(0L, snapshot.length());
    }

    @Override
    public void begin(Snapshot snapshot) {}

    @Override
    public void write(Snapshot snapshot, long offset, byte[] bytes) {
      assertThat(offset + bytes.length).isLessThanOrEqualTo(snapshot.length());
    }

    @Override
    public void install(Snapshot snapshot) {
      member.snapshotDamaged(snapshot);
    }
  }

  private static final class Nothing implements StateMachine {
    @Override
    public byte[] apply(Context context, ByteBuffer command) {
      return new byte[0];
    }

    @Override
    public byte[] query(ByteBuffer question) {
      return new byte[0];
    }

    @Override
    public void snapshot(DataOutput out) {}

    @Override
    public void restore(DataInput in) {}

    @Override
    public long hash() {
      return 0;
    }
  }
}
