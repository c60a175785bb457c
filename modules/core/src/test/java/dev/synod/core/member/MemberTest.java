package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.synod.core.StateMachines;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.fuzzing.Kinds;
import dev.synod.quorum.QuorumSystem;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemberTest {
  private static final Configuration CONFIGURATION =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));

  private static final Kinds KINDS =
      new Kinds(Map.of(Value.class, Value.noOp(1), Configuration.class, CONFIGURATION));

  /** A host whose disk does nothing with snapshots. */
  private static final class Host extends Transcript {
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
        new Host());
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
}
