package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.Command;
import dev.synod.core.message.Value;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
  private final CommandQueue queue = new CommandQueue(1_000);

  private boolean offer(int bytes) {
    return offer("a", bytes);
  }

  private boolean offer(String from, int bytes) {
    return queue.offer(from, new Command(1, 1, 0, new byte[bytes]));
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
  void aFullQueueTakesNothingOfASourceThatHasACommandInIt() {
    assertThat(offer(900)).isTrue();
    assertThat(offer(100)).isFalse();
  }

  @Test
  void aFullQueueTakesOneCommandOfEachOtherSource() {
    assertThat(offer(900)).isTrue();
    assertThat(offer("b", 500)).isTrue();
    assertThat(offer("b", 1)).isFalse();
    assertThat(offer("c", 500)).isTrue();
    assertThat(queue.batch(10, 1).commands()).isOne();
    assertThat(offer("a", 1)).as("the source has none left").isTrue();
    assertThat(queue.batch(10, 1).commands()).isOne();
    assertThat(offer("b", 1)).as("the source has none left").isTrue();
  }

  @Test
  void aQueueThatWasClearedTakesCommandsAsBefore() {
    assertThat(offer(900)).isTrue();
    queue.clear();
    assertThat(offer(900)).isTrue();
    assertThat(offer(900)).isFalse();
  }
}
