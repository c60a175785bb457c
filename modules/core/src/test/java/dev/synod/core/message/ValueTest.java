package dev.synod.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static String text(long session, long sequence, long acknowledged, ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return session + "/" + sequence + "/" + acknowledged + "/" + HexFormat.of().formatHex(bytes);
  }

  private static List<String> read(Value value) {
    List<String> commands = new ArrayList<>();
    value.forEach((s, q, a, payload) -> commands.add(text(s, q, a, payload)));
    return commands;
  }

  private static Command random(SplittableRandom random, Command before) {
    byte[] payload = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(40)];
    random.nextBytes(payload);
    return switch (random.nextInt(5)) {
      case 0 -> new Command(random.nextLong(), random.nextLong(), random.nextLong(), payload);
      case 1 ->
          new Command(before.session(), before.sequence() + 1, before.acknowledged() + 1, payload);
      case 2 -> new Command(before.session(), before.sequence(), before.acknowledged(), payload);
      default ->
          new Command(before.session(), before.sequence() + 1, before.acknowledged(), payload);
    };
  }

  @Test
  void whatWasPutInComesOutHoweverTheCommandsFollowEachOther() {
    Value.Builder builder = new Value.Builder(); // one for all: it must forget what was before
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> put = new ArrayList<>();
      Command command = new Command(7, 1, 0, new byte[0]);
      for (int i = random.nextInt(200); i > 0; i--) {
        command = random(random, command);
        int before = builder.size();
        builder.add(command);
        assertThat(builder.size() - before)
            .isLessThanOrEqualTo(command.payload().length + Value.COMMAND_OVERHEAD);
        put.add(
            text(
                command.session(),
                command.sequence(),
                command.acknowledged(),
                ByteBuffer.wrap(command.payload())));
      }
      Value value = builder.build(seed);
      assertThat(value.commands()).isEqualTo(put.size());
      assertThat(read(value)).isEqualTo(put);
      assertThat(read(Value.of(seed, value.block()))).isEqualTo(put);
      assertThat(Value.of(seed, value.block())).isEqualTo(value);
      assertThat(Value.of(seed, value.block()).commands()).isEqualTo(put.size());
    }
  }

  @Test
  void commandsThatFollowEachOtherShareAHeader() {
    Value.Builder builder = new Value.Builder();
    for (long sequence = 1; sequence <= 100; sequence++) {
      builder.add(new Command(7, sequence, 0, new byte[10]));
    }
    assertThat(builder.build(1).block()).hasSize(28 + 100 * (4 + 10));
  }

  @Test
  void aBlockThatEndsTooEarlyOrLiesIsRefused() {
    Value.Builder builder = new Value.Builder();
    builder.add(new Command(7, 1, 0, new byte[3])).add(new Command(7, 2, 0, new byte[3]));
    byte[] block = builder.build(1).block();
    for (int length = 1; length < block.length; length++) {
      byte[] cut = Arrays.copyOf(block, length);
      assertThatThrownBy(() -> Value.of(1, cut)).isInstanceOf(IllegalArgumentException.class);
    }
    for (int count : new int[] {-1, 0, 3, Integer.MAX_VALUE}) {
      byte[] lie = block.clone();
      ByteBuffer.wrap(lie).putInt(24, count);
      assertThatThrownBy(() -> Value.of(1, lie)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
