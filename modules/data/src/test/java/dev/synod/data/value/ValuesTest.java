package dev.synod.data.value;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counters, registers and latches of three members in one Vert.x. */
class ValuesTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Vertx vertx = Vertx.vertx();
  private final List<Synod> members = new ArrayList<>();

  @BeforeEach
  void start() {
    for (String name : NAMES) {
      SynodOptions options =
          new SynodOptions()
              .setGroup("values")
              .setMember(name)
              .setMembers(NAMES)
              .setDurability(Durability.MEMORY);
      members.add(await(Synod.start(vertx, options)));
    }
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void eachAdditionCountsOnceWhicheverMemberItComesFrom() {
    List<Future<Long>> added = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      added.add(ReplicatedCounter.of(members.get(i % 3), "c").add(1));
    }
    await(Future.all(added));
    assertThat(added.stream().map(Future::result)).doesNotHaveDuplicates();
    ReplicatedCounter counter = ReplicatedCounter.of(members.get(0), "c");
    assertThat(await(counter.get())).isEqualTo(300);
    assertThat(await(counter.compareAndSet(299, 0))).isFalse();
    assertThat(await(counter.compareAndSet(300, -5))).isTrue();
    assertThat(await(ReplicatedCounter.of(members.get(2), "c").get())).isEqualTo(-5);
  }

  @Test
  void theFirstValueOfARegisterIsDecidedForAllMembers() {
    List<Future<Register.Decision<String>>> proposals = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      proposals.add(Register.of(members.get(i % 3), "r", String.class).decide("value " + i));
    }
    await(Future.all(proposals));
    assertThat(proposals.stream().filter(p -> p.result().first())).hasSize(1);
    assertThat(proposals.stream().map(p -> p.result().value()).distinct()).hasSize(1);
    Register<String> register = Register.of(members.get(1), "r", String.class);
    assertThat(await(register.get(ReadLevel.LINEARIZABLE)))
        .contains(proposals.get(0).result().value());
    assertThat(
            await(Register.of(members.get(1), "other", String.class).get(ReadLevel.LINEARIZABLE)))
        .isEmpty();
    assertThatThrownBy(() -> await(register.decide("x".repeat((1 << 20) + 1))))
        .isInstanceOf(SynodException.TooLarge.class);
  }

  @Test
  void aLatchOpensForEachWaiterWhenItIsCountedDown() {
    Latch latch = Latch.of(members.get(0), "l");
    assertThat(await(latch.await(1_000))).as("the count is 0").isTrue();
    assertThat(await(latch.trySetCount(3))).isTrue();
    assertThat(await(latch.trySetCount(9))).isFalse();
    assertThat(await(latch.await(20))).isFalse();
    List<Future<Boolean>> waiting = new ArrayList<>();
    for (Synod member : members) {
      waiting.add(Latch.of(member, "l").await(60_000));
    }
    for (Synod member : members) {
      await(Latch.of(member, "l").countDown());
    }
    await(Future.all(waiting));
    assertThat(waiting.stream().allMatch(Future::result)).isTrue();
    assertThat(await(latch.count(ReadLevel.LINEARIZABLE))).isZero();
    assertThat(await(latch.countDown())).isZero();
    assertThatThrownBy(() -> await(latch.trySetCount(0)))
        .hasMessage("the count of latch 'l' is 0, but must be at least 1");
  }
}
