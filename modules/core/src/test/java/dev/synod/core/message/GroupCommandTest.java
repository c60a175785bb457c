package dev.synod.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import dev.synod.core.message.GroupCommand.ChangeConfiguration;
import dev.synod.core.message.GroupCommand.CloseSession;
import dev.synod.core.message.GroupCommand.KeepAlive;
import dev.synod.core.message.GroupCommand.LeaderBegins;
import dev.synod.core.message.GroupCommand.OpenSession;
import dev.synod.quorum.QuorumSystem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCommandTest {
  private static GroupCommand readAgain(GroupCommand command) {
    return GroupCommand.read(ByteBuffer.wrap(command.toBytes()));
  }

  @Test
  void whatIsWrittenIsRead() {
    for (GroupCommand command :
        List.of(
            new OpenSession(10_000),
            new KeepAlive(7),
            new CloseSession(7),
            LeaderBegins.PLAIN,
            new LeaderBegins(7, List.of()),
            new LeaderBegins(9, List.of(new SkippedCommand(3, 0), new SkippedCommand(3, 1))))) {
      assertThat(readAgain(command)).isEqualTo(command);
    }
  }

  @Test
  void aConfigurationIsReadWithItsLearnersAndQuorums() {
    QuorumSystem quorums = QuorumSystem.counts(List.of("a", "b", "c"), 2, 2);
    Configuration next = new Configuration(2, List.of("a", "b", "c", "watcher"), quorums);

    ChangeConfiguration read = (ChangeConfiguration) readAgain(new ChangeConfiguration(1, next));

    assertThat(read.replaces()).isEqualTo(1);
    assertThat(read.next().id()).isEqualTo(2);
    assertThat(read.next().learners()).containsExactly("a", "b", "c", "watcher");
    assertThat(read.next().acceptors()).containsExactly("a", "b", "c");
    assertThat(read.next().quorums().spec()).isEqualTo(quorums.spec());
  }

  @Test
  void whatIsNoCommandIsRejectedAndNeverAnythingElse() {
    byte[] whole =
        new ChangeConfiguration(1, Configuration.first(QuorumSystem.majority(List.of("a", "b"))))
            .toBytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> GroupCommand.read(ByteBuffer.wrap(cut)))
          .isInstanceOf(CommandRejected.class);
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> GroupCommand.read(ByteBuffer.wrap(longer)))
        .isInstanceOf(CommandRejected.class);
    assertThatThrownBy(() -> GroupCommand.read(ByteBuffer.wrap(new byte[] {9})))
        .isInstanceOf(CommandRejected.class);
  }
}
