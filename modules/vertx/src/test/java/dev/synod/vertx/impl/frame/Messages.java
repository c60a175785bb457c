package dev.synod.vertx.impl.frame;

import dev.synod.core.Role;
import dev.synod.core.Snapshot;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary messages of every kind. */
public final class Messages {
  static final Arbitrary<String> NAMES =
      Arbitraries.strings()
          .withCharRange('a', 'z')
          .withCharRange('A', 'Z')
          .withCharRange('0', '9')
          .withChars('_', '-')
          .ofMinLength(1)
          .ofMaxLength(32);

  private static final Arbitrary<Incarnation> LIVES =
      Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.longs())
          .as(Incarnation::new);

  private static final Arbitrary<Epoch> EPOCHS =
      Combinators.combine(
              Arbitraries.longs(), Arbitraries.longs().between(1, WireReader.MAX_NUMBER), NAMES)
          .as(Epoch::new)
          .injectDuplicates(0.1)
          .map(epoch -> epoch.number() % 7 == 0 ? Epoch.first(epoch.birth()) : epoch)
          .map(epoch -> epoch.number() % 7 == 1 ? Epoch.UNBORN : epoch);

  static final Arbitrary<FrameHeader> ORIGINS =
      Combinators.combine(NAMES, NAMES, LIVES, EPOCHS).as(FrameHeader::new);

  private static final Arbitrary<Long> LONGS = Arbitraries.longs();
  private static final Arbitrary<Long> SLOTS =
      Arbitraries.longs().between(1, WireReader.MAX_NUMBER - 1);
  private static final Arbitrary<Boolean> FLAGS = Arbitraries.of(true, false);
  private static final Arbitrary<byte[]> BYTES =
      Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
  private static final Arbitrary<Ballot> BALLOTS =
      Combinators.combine(Arbitraries.longs().between(1, WireReader.MAX_NUMBER), NAMES)
          .as(Ballot::new)
          .injectDuplicates(0.1);
  private static final Arbitrary<Ballot> BALLOTS_OR_NONE =
      BALLOTS.map(ballot -> ballot.round() % 7 == 0 ? Ballot.NONE : ballot);
  private static final Arbitrary<Command> COMMANDS =
      Combinators.combine(LONGS, LONGS, LONGS, BYTES).as(Command::new);
  private static final Arbitrary<Value> VALUES =
      Combinators.combine(LONGS, COMMANDS.list().ofMaxSize(4))
          .as(
              (time, commands) -> {
                Value.Builder builder = new Value.Builder();
                commands.forEach(builder::add);
                return builder.build(time);
              });
  private static final Arbitrary<List<Entry>> ENTRIES =
      Combinators.combine(SLOTS, BALLOTS, VALUES).as(Entry::new).list().ofMaxSize(4);

  private static final Arbitrary<Long> OFFSETS = Arbitraries.longs().between(0, 1_000);
  private static final Arbitrary<Snapshot> SNAPSHOTS =
      Combinators.combine(
              SLOTS,
              Arbitraries.longs().between(1_100, WireReader.MAX_NUMBER),
              Arbitraries.integers())
          .as(Snapshot::new);

  private static final Map<Class<? extends Message>, Arbitrary<? extends Message>> KINDS = kinds();

  private Messages() {}

  /** A member in the first life of its store, in a group as it was born. */
  public static FrameHeader origin(String group, String member, long store) {
    return new FrameHeader(group, member, new Incarnation(store, 1, -store), Epoch.FIRST);
  }

  private static Map<Class<? extends Message>, Arbitrary<? extends Message>> kinds() {
    Map<Class<? extends Message>, Arbitrary<? extends Message>> kinds = new LinkedHashMap<>();
    kinds.put(Message.PreVote.class, LONGS.map(Message.PreVote::new));
    kinds.put(Message.Prepare.class, Combinators.combine(BALLOTS, SLOTS).as(Message.Prepare::new));
    kinds.put(
        Message.Accept.class,
        Combinators.combine(BALLOTS, SLOTS, VALUES, SLOTS).as(Message.Accept::new));
    kinds.put(
        Message.Heartbeat.class,
        Combinators.combine(BALLOTS, LONGS, LONGS, LONGS).as(Message.Heartbeat::new));
    kinds.put(Message.Resigned.class, BALLOTS.map(Message.Resigned::new));
    kinds.put(
        Message.PreVoteReply.class,
        Combinators.combine(LONGS, FLAGS, BALLOTS_OR_NONE).as(Message.PreVoteReply::new));
    kinds.put(
        Message.Promise.class,
        Combinators.combine(BALLOTS, SLOTS, SLOTS, ENTRIES, SLOTS)
            .as(
                (ballot, one, other, entries, chosen) ->
                    new Message.Promise(
                        ballot, Math.min(one, other), Math.max(one, other), entries, chosen)));
    kinds.put(
        Message.Accepted.class, Combinators.combine(BALLOTS, SLOTS).as(Message.Accepted::new));
    kinds.put(Message.Nack.class, Combinators.combine(BALLOTS, BALLOTS).as(Message.Nack::new));
    kinds.put(
        Message.HeartbeatAck.class,
        Combinators.combine(BALLOTS, LONGS, FLAGS).as(Message.HeartbeatAck::new));
    kinds.put(Message.TakeOver.class, BALLOTS_OR_NONE.map(Message.TakeOver::new));
    kinds.put(Message.Submit.class, COMMANDS.map(Message.Submit::new));
    kinds.put(
        Message.Refused.class, Combinators.combine(LONGS, LONGS, FLAGS).as(Message.Refused::new));
    kinds.put(
        Message.ReadIndex.class, Combinators.combine(LONGS, FLAGS).as(Message.ReadIndex::new));
    kinds.put(
        Message.ReadIndexReply.class,
        Combinators.combine(LONGS, SLOTS, FLAGS).as(Message.ReadIndexReply::new));
    kinds.put(Message.Chosen.class, Combinators.combine(BALLOTS, SLOTS).as(Message.Chosen::new));
    kinds.put(Message.Learn.class, SLOTS.map(Message.Learn::new));
    kinds.put(Message.Learned.class, Combinators.combine(ENTRIES, SLOTS).as(Message.Learned::new));
    kinds.put(Message.WantSnapshot.class, SLOTS.map(Message.WantSnapshot::new));
    kinds.put(Message.Offer.class, SNAPSHOTS.map(Message.Offer::new));
    kinds.put(
        Message.Fetch.class,
        Combinators.combine(SNAPSHOTS, OFFSETS, Arbitraries.integers().between(0, 100))
            .as(Message.Fetch::new));
    kinds.put(
        Message.Chunk.class, Combinators.combine(SNAPSHOTS, OFFSETS, BYTES).as(Message.Chunk::new));
    kinds.put(
        Message.StateHash.class, Combinators.combine(SLOTS, LONGS).as(Message.StateHash::new));
    kinds.put(Message.Join.class, LONGS.map(Message.Join::new));
    Arbitrary<List<String>> members = NAMES.list().uniqueElements().ofMinSize(1).ofMaxSize(5);
    Arbitrary<Long> windows = Arbitraries.longs().between(1, WireReader.MAX_WINDOW);
    kinds.put(
        Message.Founding.class,
        Combinators.combine(
                LIVES,
                Combinators.combine(windows, members, NAMES.list().ofMaxSize(3))
                    .as(
                        (alpha, names, without) ->
                            new Foundation(
                                alpha, Configuration.first(QuorumSystem.majority(names)), without)),
                Arbitraries.of(true, false),
                LONGS)
            .as(Message.Founding::new));
    kinds.put(
        Message.Welcome.class,
        Combinators.combine(
                LONGS,
                windows,
                members,
                EPOCHS,
                Combinators.combine(NAMES, LIVES).as(LogRecord.Met::new).list().ofMaxSize(5))
            .as(
                (token, alpha, names, epoch, met) ->
                    new Message.Welcome(
                        token,
                        alpha,
                        Configuration.first(QuorumSystem.majority(names)),
                        epoch,
                        met)));
    kinds.put(Message.Hello.class, Arbitraries.just(new Message.Hello()));
    kinds.put(
        Message.IdentityChallenge.class,
        Combinators.combine(LONGS, LONGS).as(Message.IdentityChallenge::new));
    kinds.put(
        Message.IdentityResponse.class,
        Combinators.combine(LONGS, LONGS).as(Message.IdentityResponse::new));
    kinds.put(
        Message.Excluded.class,
        Combinators.combine(LONGS, Arbitraries.of(ExclusionReason.class), EPOCHS)
            .as(Message.Excluded::new));
    kinds.put(Message.DurableSlotQuery.class, LONGS.map(Message.DurableSlotQuery::new));
    kinds.put(
        Message.DurableSlotReply.class,
        Combinators.combine(LONGS, SLOTS).as(Message.DurableSlotReply::new));
    kinds.put(Message.Follow.class, SLOTS.map(Message.Follow::new));
    kinds.put(
        Message.GroupStatus.class,
        Combinators.combine(BALLOTS_OR_NONE, SLOTS, LONGS).as(Message.GroupStatus::new));
    kinds.put(Message.Deadline.class, LONGS.map(Message.Deadline::new));
    kinds.put(Message.Transfer.class, NAMES.map(Message.Transfer::new));
    return kinds;
  }

  /** The kinds there is an arbitrary for. */
  static List<Class<? extends Message>> covered() {
    return List.copyOf(KINDS.keySet());
  }

  /** The kinds that the protocol has. */
  static List<Class<?>> permitted() {
    return leaves(Message.class).toList();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    Class<?>[] permitted = type.getPermittedSubclasses();
    return permitted == null ? Stream.of(type) : Arrays.stream(permitted).flatMap(Messages::leaves);
  }

  public static Arbitrary<Message> any() {
    return Arbitraries.of(KINDS.values()).flatMap(kind -> kind.map(message -> message));
  }

  public static Arbitrary<Message> of(Class<? extends Message> kind) {
    return KINDS.get(kind).map(message -> message);
  }

  static Arbitrary<Frame.Batch> batches() {
    return Arbitraries.of(Role.class)
        .flatMap(
            role ->
                Combinators.combine(
                        ORIGINS,
                        any().filter(1_000_000, m -> m.recipient() == role).list().ofMaxSize(5))
                    .as((frameHeader, messages) -> new Frame.Batch(frameHeader, role, messages)));
  }

  static Arbitrary<Frame.Chunk> chunks() {
    return Combinators.combine(
            ORIGINS,
            Arbitraries.of(Role.class),
            LONGS,
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(10, Integer.MAX_VALUE),
            Arbitraries.integers().between(60, Integer.MAX_VALUE),
            BYTES.filter(bytes -> bytes.length > 0))
        .as(Frame.Chunk::new);
  }

  public static Arbitrary<Frame> frames() {
    List<Arbitrary<Frame>> forms = new ArrayList<>();
    forms.add(batches().map(frame -> frame));
    forms.add(chunks().map(frame -> frame));
    return Arbitraries.oneOf(forms);
  }
}
