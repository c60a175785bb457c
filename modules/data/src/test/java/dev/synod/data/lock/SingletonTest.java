package dev.synod.data.lock;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three members in one Vert.x. */
class SingletonTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Vertx vertx = Vertx.vertx();
  private final List<Synod> members = new ArrayList<>();
  private final List<Long> tokens = new CopyOnWriteArrayList<>();
  private final AtomicInteger instances = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @BeforeEach
  void start() {
    for (String name : NAMES) {
      SynodOptions options =
          new SynodOptions()
              .setGroup("singletons")
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

  private Deployable verticle(Grant leadership) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        most.accumulateAndGet(instances.incrementAndGet(), Math::max);
        tokens.add(leadership.token());
        return Future.succeededFuture();
      }

      @Override
      public Future<?> stop() {
        instances.decrementAndGet();
        return Future.succeededFuture();
      }
    };
  }

  @Test
  void oneInstanceRunsAndMovesWhenItsMemberStopsOrIsClosed() {
    List<Singleton> singletons = new ArrayList<>();
    for (Synod member : members) {
      singletons.add(Singleton.deploy(vertx, member, "jobs", this::verticle));
    }
    await().until(() -> singletons.stream().filter(Singleton::isRunning).count() == 1);
    int first = singletons.indexOf(running(singletons));
    await(singletons.get(first).stop());
    await().until(() -> running(singletons) != null);
    int second = singletons.indexOf(running(singletons));
    assertThat(second).isNotEqualTo(first);
    await(members.get(second).close());
    await()
        .until(
            () -> running(singletons) != null && singletons.indexOf(running(singletons)) != second);
    await().until(() -> instances.get() == 1);
    assertThat(most).as("instances at a time").hasValue(1);
    assertThat(tokens).hasSize(3).isSorted().doesNotHaveDuplicates();
  }

  private static Singleton running(List<Singleton> singletons) {
    return singletons.stream().filter(Singleton::isRunning).findFirst().orElse(null);
  }

  @Test
  void aVerticleThatFailsToStartIsTriedAtTheNextCandidate() {
    AtomicInteger attempts = new AtomicInteger();
    Singleton failing =
        Singleton.deploy(
            vertx,
            members.get(0),
            "jobs",
            leadership -> {
              attempts.incrementAndGet();
              throw new IllegalStateException("a verticle's own fault");
            });
    await().until(() -> attempts.get() > 0);
    Singleton other = Singleton.deploy(vertx, members.get(1), "jobs", this::verticle);
    await().until(other::isRunning);
    assertThat(failing.isRunning()).isFalse();
    assertThat(instances).hasValue(1);
  }
}
