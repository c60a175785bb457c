package dev.synod.data.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoordinationMachineTest {
  private record At(long slot, long time, long session) implements StateMachine.Context {
    @Override
    public int index() {
      return 0;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the machine gets of a command or query. */
  private static ByteBuffer unaddressed(byte[] command) {
    int address = StateMachines.address(CoordinationMachine.NAME, 0).length;
    return ByteBuffer.wrap(Arrays.copyOfRange(command, address, command.length));
  }

  private final CoordinationMachine machine = new CoordinationMachine();
  private long slot;

  private ByteBuffer apply(byte[] command) {
    return ByteBuffer.wrap(machine.apply(new At(++slot, slot, 1), unaddressed(command)));
  }

  private ByteBuffer query(byte kind, String name) {
    return ByteBuffer.wrap(machine.query(unaddressed(CoordinationCodec.of(kind, utf8(name)))));
  }

  @Test
  void aCounterCountsFromZeroAndWrapsAround() {
    assertThat(query(CoordinationCodec.COUNTER, "c").getLong()).isZero();
    assertThat(apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("c"), 5)).getLong())
        .isEqualTo(5);
    assertThat(apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("c"), -7)).getLong())
        .isEqualTo(-2);
    byte[] wrong = CoordinationCodec.of(CoordinationCodec.COMPARE_AND_SET, utf8("c"), 1, 9);
    assertThat(apply(wrong).get()).isZero();
    byte[] right =
        CoordinationCodec.of(CoordinationCodec.COMPARE_AND_SET, utf8("c"), -2, Long.MAX_VALUE);
    assertThat(apply(right).get()).isEqualTo((byte) 1);
    apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("c"), 1));
    assertThat(query(CoordinationCodec.COUNTER, "c").getLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(query(CoordinationCodec.LATCH, "c").getLong()).as("another kind").isZero();
  }

  @Test
  void aLatchIsSetOnceAndOpensAtZero() {
    List<String> opened = new java.util.ArrayList<>();
    machine.listen(
        new ClaimListener() {
          @Override
          public void opened(String latch) {
            opened.add(latch);
          }
        });
    assertThat(apply(CoordinationCodec.of(CoordinationCodec.COUNT_DOWN, utf8("l"))).getLong())
        .isZero();
    byte[] two = CoordinationCodec.of(CoordinationCodec.SET_COUNT, utf8("l"), 2);
    assertThat(apply(two).get()).isEqualTo((byte) 1);
    assertThat(apply(two).get()).isZero();
    apply(CoordinationCodec.of(CoordinationCodec.COUNT_DOWN, utf8("l")));
    machine.applied(slot);
    assertThat(opened).isEmpty();
    apply(CoordinationCodec.of(CoordinationCodec.COUNT_DOWN, utf8("l")));
    machine.applied(slot);
    assertThat(opened).containsExactly("l");
    assertThat(apply(two).get()).as("again").isEqualTo((byte) 1);
  }

  @Test
  void aRegisterKeepsTheFirstValue() {
    assertThat(query(CoordinationCodec.REGISTER, "r").get()).isZero();
    ByteBuffer first = apply(CoordinationCodec.decide(utf8("r"), utf8("one")));
    assertThat(first.get()).isEqualTo((byte) 1);
    ByteBuffer second = apply(CoordinationCodec.decide(utf8("r"), utf8("two")));
    assertThat(second.get()).isZero();
    assertThat(StandardCharsets.UTF_8.decode(second).toString()).isEqualTo("one");
    apply(CoordinationCodec.decide(utf8("empty"), new byte[0]));
    assertThat(query(CoordinationCodec.REGISTER, "empty").get()).isEqualTo((byte) 1);
  }

  private static byte[] random(SplittableRandom random) {
    byte[] name = utf8("n" + random.nextInt(3));
    return switch (random.nextInt(8)) {
      case 0 -> CoordinationCodec.of(CoordinationCodec.ADD, name, random.nextInt(-2, 3));
      case 1 ->
          CoordinationCodec.of(
              CoordinationCodec.COMPARE_AND_SET, name, random.nextInt(3), random.nextInt(3));
      case 2 -> CoordinationCodec.of(CoordinationCodec.SET_COUNT, name, 1 + random.nextInt(3));
      case 3 -> CoordinationCodec.of(CoordinationCodec.COUNT_DOWN, name);
      case 4 -> CoordinationCodec.decide(name, utf8("v" + random.nextInt(9)));
      case 5 -> CoordinationCodec.of(CoordinationCodec.RELEASE, random.nextInt(60));
      case 6 -> CoordinationCodec.of(CoordinationCodec.RENEW, 10 + random.nextInt(2));
      default ->
          CoordinationCodec.acquire(
              new Claims.Request(
                  random.nextBoolean() ? ResourceKind.LOCK : ResourceKind.ELECTION,
                  "",
                  random.nextInt(60),
                  1,
                  1,
                  random.nextInt(3) == 0 ? Claims.MAX_TIME : random.nextInt(20),
                  10 + random.nextInt(2),
                  utf8("me")),
              name);
    };
  }

  @Test
  void replicasAgreeAlsoAfterASnapshotAndOneClaimIsGrantedAtATime() throws IOException {
    for (int seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      CoordinationMachine one = new CoordinationMachine();
      CoordinationMachine other = new CoordinationMachine();
      long time = 1;
      long token = 0;
      for (int at = 1; at <= 300; at++) {
        time += random.nextInt(4);
        byte[] command = random(random);
        At context = new At(at, time, 1 + random.nextInt(3));
        int event = random.nextInt(30);
        byte[][] results = new byte[2][];
        int index = 0;
        for (CoordinationMachine machine : List.of(one, other)) {
          if (event == 0) {
            machine.leaderBegan(context);
          }
          if (machine.nextDeadline(Long.MIN_VALUE) <= time) {
            machine.timePassed(context);
          }
          assertThat(machine.nextDeadline(Long.MIN_VALUE)).isGreaterThan(time);
          try {
            results[index++] = machine.apply(context, unaddressed(command));
          } catch (CommandRejected rejected) {
            results[index - 1] = utf8(String.valueOf(rejected.getMessage()));
          }
          if (event == 1) {
            machine.sessionEnded(context);
          }
          machine.applied(at);
        }
        assertThat(results[1]).isEqualTo(results[0]);
        assertThat(other.hash()).isEqualTo(one.hash());
        var holder = one.granted(ResourceKind.LOCK, "n1");
        if (holder != null) {
          assertThat(holder.token()).isGreaterThanOrEqualTo(token);
          token = holder.token();
        }
        if (random.nextInt(20) == 0) {
          CoordinationMachine fresh = new CoordinationMachine();
          fresh.prepare(new ByteArrayInputStream(bytes(one))).run();
          assertThat(bytes(fresh)).isEqualTo(bytes(one));
          assertThat(fresh.hash()).isEqualTo(one.hash());
          other = fresh;
        }
      }
    }
  }

  private static byte[] bytes(CoordinationMachine machine) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StateMachine.Frozen frozen = machine.freeze();
    frozen.write(new DataOutputStream(bytes));
    frozen.close();
    return bytes.toByteArray();
  }

  @Test
  void aFrozenStateDoesNotChange() throws IOException {
    apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("c"), 5));
    StateMachine.Frozen frozen = machine.freeze();
    byte[] before = bytes(machine);
    apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("c"), 5));
    apply(CoordinationCodec.of(CoordinationCodec.ADD, utf8("d"), 5));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frozen.write(new DataOutputStream(bytes));
    assertThat(bytes.toByteArray()).isEqualTo(before);
  }

  @Test
  void brokenBytesAreRejectedAndChangeNothing() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] good = random(random);
      byte[] bytes = unaddressed(good).array();
      byte[] bad = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
      if (bad.length > 0 && random.nextBoolean()) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      long before = machine.hash();
      try {
        machine.apply(new At(++slot, slot, 1), ByteBuffer.wrap(bad));
      } catch (CommandRejected malformed) {
        rejected++;
        assertThat(machine.hash()).isEqualTo(before);
      }
      try {
        machine.query(ByteBuffer.wrap(bad));
      } catch (CommandRejected malformed) {
        rejected++;
      }
      assertThat(machine.hash()).isNotZero();
    }
    assertThat(rejected).isGreaterThan(10_000);
    byte[] snapshot = bytes(machine);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = Arrays.copyOf(snapshot, random.nextInt(snapshot.length));
      assertThatThrownBy(() -> new CoordinationMachine().prepare(new ByteArrayInputStream(bad)))
          .isInstanceOf(IOException.class);
    }
  }
}
