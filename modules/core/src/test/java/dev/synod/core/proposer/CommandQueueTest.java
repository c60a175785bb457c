package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.Command;
import dev.synod.core.message.Value;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
  private final CommandQueue queue = new CommandQueue(1_000);

  private boolean offer(int bytes) {
    return queue.offer(new Command(1, 1, 0, new byte[bytes]));
  }

  @Test
  void anEmptyQueueTakesAnyCommandThatCanBeSent() {
    assertThat(offer(Value.MAX_COMMAND)).isTrue();
    assertThat(queue.batch(100, 1).block()).hasSize(Value.MAX_BLOCK);
  }

  @Test
  void aCommandThatNoMemberCanSendIsNotTaken() {
    assertThat(offer(Value.MAX_COMMAND + 1)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aFullQueueTakesNothing() {
    assertThat(offer(900)).isTrue();
    assertThat(offer(100)).isFalse();
  }
}
