package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.synod.core.Outcome;
import dev.synod.core.StateMachines;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.fuzzing.Kinds;
import dev.synod.quorum.QuorumSystem;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemberTest {
  private static final Configuration CONFIGURATION =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));

  private static final Kinds KINDS =
      new Kinds(Map.of(Value.class, Value.noOp(1), Configuration.class, CONFIGURATION));

  /** A host whose disk does nothing with snapshots. */
  private static class Host extends Transcript {
    @Override
    public SnapshotFiles snapshots() {
      return (SnapshotFiles)
          Proxy.newProxyInstance(
              SnapshotFiles.class.getClassLoader(),
              new Class<?>[] {SnapshotFiles.class},
              (files, method, arguments) -> method.getReturnType() == long.class ? 0L : null);
    }
  }

  private static Member member(Configurations configurations) {
    return member(configurations, new Host());
  }

  private static Member member(Configurations configurations, Host host) {
    return new Member(
        new Member.Setup(
            "a",
            configurations,
            null,
            List.of("b"),
            Settings.DEFAULT,
            Recovered.NOTHING,
            IncarnationHistory.first(1, 2),
            new StateMachines(Map.of()),
            MemberKind.MEMBER,
            /* maxClients= */ 0),
        1,
        bound -> 0,
        1,
        1,
        host);
  }

  static Stream<Message> messages() {
    return KINDS.of(Message.class).stream();
  }

  @MethodSource("messages")
  @ParameterizedTest
  void everyKindOfMessageHasABranchInAMemberThatKnowsItsGroup(Message message) {
    Member member = member(new Configurations(8, CONFIGURATION));
    member.start();
    assertThatCode(() -> member.receive("b", message)).doesNotThrowAnyException();
  }

  @MethodSource("messages")
  @ParameterizedTest
  void everyKindOfMessageHasABranchInAMemberThatJoins(Message message) {
    Member member = member(Configurations.uninitialized());
    assertThatCode(() -> member.receive("b", message)).doesNotThrowAnyException();
  }

  static Stream<LogRecord.OfIdentity> identityRecords() {
    return KINDS.of(LogRecord.OfIdentity.class).stream();
  }

  @MethodSource("identityRecords")
  @ParameterizedTest
  void everyKindOfIdentityRecordChangesWhatIsRecovered(LogRecord.OfIdentity record) {
    assertThat(RecoveredIdentity.NONE.after(record)).isNotEqualTo(RecoveredIdentity.NONE);
  }

  /** The host of a leader; it keeps what the leader sends to itself once durable, and to b. */
  private static final class Leader extends Host {
    final List<Message> own = new ArrayList<>();
    final List<Message> toB = new ArrayList<>();
    int completed;

    @Override
    public void send(String member, Message message) {
      if (member.equals("b")) {
        toB.add(message);
      }
    }

    @Override
    public void sendAfter(String member, Message message) {
      (member.equals("a") ? own : toB).add(message);
    }

    @Override
    public void complete(long sequence, Outcome outcome) {
      completed++;
    }

    <T extends Message> List<T> sent(Class<T> kind) {
      return toB.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Ends a turn, after the leader has received what it had sent to itself. */
    void turn(Member member) {
      List<Message> durable = List.copyOf(own);
      own.clear();
      durable.forEach(message -> member.receive("a", message));
      member.flush();
    }

    /** Lets b accept what it was sent, and ends the turn in which the leader hears of it. */
    void accepted(Member member) {
      List<Message.Accept> accepts = sent(Message.Accept.class);
      toB.clear();
      accepts.forEach(
          accept -> member.receive("b", new Message.Accepted(accept.ballot(), accept.slot())));
      turn(member);
    }
  }

  private static Member leading(Leader host) {
    Member member = member(new Configurations(8, CONFIGURATION), host);
    member.start();
    member.time(1_000, 1_000);
    member.tick(1_000, 1_000);
    host.turn(member);
    Message.PreVote asked = host.sent(Message.PreVote.class).get(0);
    member.receive("b", new Message.PreVoteReply(asked.number(), false, Ballot.NONE));
    host.turn(member);
    Message.Prepare prepare = host.sent(Message.Prepare.class).get(0);
    member.receive("b", new Message.Promise(prepare.ballot(), 1, Long.MAX_VALUE, List.of(), 0));
    for (int turn = 0; turn < 6; turn++) {
      host.accepted(member);
    }
    assertThat(member.proposer().leads()).isTrue();
    return member;
  }

  /** Submits a command; b accepts its slot and the slot that opens the session, if there is one. */
  private static void end(Member member, Leader host) {
    int before = host.completed;
    assertThat(member.submit(new byte[] {0})).isPositive();
    host.turn(member);
    for (int turn = 0; turn < 6 && host.completed == before; turn++) {
      host.accepted(member);
    }
    assertThat(host.completed).isGreaterThan(before);
  }

  @Test
  void theNoticeOfAnEndedCommandWaitsForOneTurn() {
    Leader host = new Leader();
    Member member = leading(host);
    end(member, host);
    assertThat(member.owesNotice()).isTrue();
    assertThat(host.sent(Message.Chosen.class)).isEmpty();

    host.turn(member);
    assertThat(host.sent(Message.Chosen.class)).hasSize(1);
    assertThat(member.owesNotice()).isFalse();
  }

  @Test
  void theNextCommandCarriesWhatIsChosen_andNoNoticeFollows() {
    Leader host = new Leader();
    Member member = leading(host);
    end(member, host);
    member.submit(new byte[] {0});
    host.turn(member);
    assertThat(host.sent(Message.Accept.class))
        .singleElement()
        .satisfies(accept -> assertThat(accept.chosen()).isEqualTo(accept.slot() - 1));
    host.turn(member);
    assertThat(host.sent(Message.Chosen.class)).isEmpty();
    assertThat(member.owesNotice()).isFalse();
  }
}
