package dev.synod.core.paxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Outcome;
import dev.synod.core.Outcome.ChangeRefused;
import dev.synod.core.Outcome.ChangeRefused.Reason;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand.ChangeConfiguration;
import dev.synod.quorum.QuorumSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationsTest {
  private static final long ALPHA = 3;

  private final Configuration first = of(1, "a", "b", "c");
  private final Configurations configurations = new Configurations(ALPHA, first);

  private static Configuration of(long id, String... members) {
    return new Configuration(id, List.of(members), QuorumSystem.majority(List.of(members)));
  }

  private Outcome change(long slot, long replaces, Configuration next) {
    Outcome outcome = configurations.change(slot, new ChangeConfiguration(replaces, next));
    configurations.applied(slot);
    return outcome;
  }

  private void applied(long upTo) {
    for (long slot = configurations.known() + 1; slot <= upTo; slot++) {
      configurations.applied(slot);
    }
  }

  private static void refused(Outcome outcome, Reason reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ChangeRefused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void aChangeIsUsedFirstAWindowBehindIt() {
    Configuration next = of(2, "b", "c", "d");
    assertThat(change(1, 1, next)).isInstanceOf(Outcome.Applied.class);
    assertThat(configurations.at(3)).isEqualTo(first);
    assertThat(configurations.at(4)).isEqualTo(next);
    assertThat(configurations.current()).isEqualTo(first);
    assertThat(configurations.members()).containsExactly("a", "b", "c", "d");
    applied(3);
    assertThat(configurations.current()).isEqualTo(next);
    assertThat(configurations.members()).containsExactly("b", "c", "d");
    assertThat(configurations.hasLeft("a")).isTrue();
  }

  @Test
  void theConfigurationOfASlotBeyondTheWindowIsUnknown() {
    assertThat(configurations.at(ALPHA)).isEqualTo(first);
    assertThatThrownBy(() -> configurations.at(ALPHA + 1)).hasMessageContaining("(I1)");
    applied(1);
    assertThat(configurations.at(ALPHA + 1)).isEqualTo(first);
    assertThatThrownBy(() -> configurations.at(1)).hasMessageContaining("(I1)");
  }

  @Test
  void aCopyOfAChangeHasNoEffect() {
    Configuration next = of(2, "b", "c", "d");
    change(1, 1, next);
    refused(change(2, 1, next), Reason.NOT_THE_LATEST);
    applied(6);
    refused(change(7, 1, next), Reason.NOT_THE_LATEST);
    assertThat(configurations.current()).isEqualTo(next);
  }

  @Test
  void oneChangeComesIntoUseBeforeTheNextIsMade() {
    change(1, 1, of(2, "b", "c", "d"));
    refused(change(2, 2, of(3, "c", "d")), Reason.ANOTHER_PENDING);
    applied(3);
    assertThat(change(4, 2, of(3, "c", "d"))).isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void aFormerMemberDoesNotComeBack() {
    change(1, 1, of(2, "b", "c"));
    applied(3);
    refused(change(4, 2, of(3, "a", "b", "c")), Reason.ID_USED_BEFORE);
    refused(change(5, 2, of(2, "b", "c", "d")), Reason.NOT_THE_LATEST);
  }

  @Test
  void isTheSameBehindASnapshot() throws IOException {
    change(1, 1, of(2, "b", "c", "d"));
    for (int i = 0; i < 2; i++) {
      Configurations read = Configurations.uninitialized();
      read.become(
          Configurations.read(
              new DataInputStream(new ByteArrayInputStream(bytes(configurations)))));
      assertThat(bytes(read)).isEqualTo(bytes(configurations));
      assertThat(read.members()).isEqualTo(configurations.members());
      assertThat(read.latest()).isEqualTo(configurations.latest());
      assertThat(read.hasLeft("a")).isTrue();
      applied(4);
    }
  }

  private static byte[] bytes(Configurations of) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    of.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
