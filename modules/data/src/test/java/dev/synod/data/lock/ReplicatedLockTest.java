package dev.synod.data.lock;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three members in one Vert.x. */
class ReplicatedLockTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Vertx vertx = Vertx.vertx();
  private final List<Synod> members = new ArrayList<>();

  @BeforeEach
  void start() {
    for (String name : NAMES) {
      SynodOptions options =
          new SynodOptions()
              .setGroup("locks")
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

  private ReplicatedLock lock(int member) {
    return ReplicatedLock.of(members.get(member), "l");
  }

  @Test
  void oneHolderAtATimeInTheOrderOfTheRequestsWithRisingTokens() {
    List<Grant> granted = new CopyOnWriteArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    List<Future<Grant>> requests = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      requests.add(
          lock(i % NAMES.size())
              .lock()
              .onSuccess(
                  grant -> {
                    assertThat(inside.incrementAndGet()).isOne();
                    granted.add(grant);
                    vertx.setTimer(
                        1,
                        fired -> {
                          inside.decrementAndGet();
                          grant.release();
                        });
                  }));
    }
    await(Future.all(requests));
    assertThat(granted).extracting(Grant::token).isSorted().doesNotHaveDuplicates().hasSize(60);
    await().until(() -> await(lock(0).holder(ReadLevel.LINEARIZABLE)).isEmpty());
  }

  @Test
  void aRequestWithATimeOutIsNotGrantedWhileTheLockIsHeldNorLater() {
    Grant held = await(lock(0).lock());
    List<Future<Grant>> requests = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      requests.add(lock(i % NAMES.size()).lock(5));
    }
    await(Future.join(requests).otherwiseEmpty());
    for (Future<Grant> request : requests) {
      assertThat(request.cause()).isInstanceOf(GrantException.TimedOut.class);
    }
    assertThat(await(lock(1).tryLock())).isEmpty();
    assertThat(await(lock(1).waiters(10, ReadLevel.LINEARIZABLE))).isEmpty();
    assertThat(await(lock(2).holder(ReadLevel.LINEARIZABLE)))
        .contains(new Claimant("a", "", held.token(), 1));
    await(held.release());
    assertThat(await(lock(1).tryLock())).isPresent();
  }

  @Test
  void aReleaseIsOnceAndItsRepetitionIsAnErrorByName() {
    Grant held = await(lock(0).lock());
    assertThat(held.isHeld()).isTrue();
    await(held.release());
    assertThat(held.isHeld()).isFalse();
    assertThatThrownBy(() -> await(held.release()))
        .isInstanceOf(GrantException.NotHeld.class)
        .hasMessage("the lock 'l' was released before");
    List<Throwable> lost = new CopyOnWriteArrayList<>();
    held.onLost(lost::add);
    assertThat(lost).isEmpty();
  }

  @Test
  void theLockOfAMemberThatIsClosedPassesOnWithItsLease() {
    Grant held = await(lock(0).withLease(600).lock());
    List<Throwable> lost = new CopyOnWriteArrayList<>();
    held.onLost(lost::add);
    Future<Grant> next = lock(1).lock();
    await(members.get(0).close());
    await().until(() -> lost.size() == 1);
    assertThat(held.isHeld()).isFalse();
    Grant passed = await(next);
    assertThat(passed.token()).isGreaterThan(held.token());
    assertThatThrownBy(() -> await(held.release())).isInstanceOf(GrantException.Lost.class);
    assertThatThrownBy(() -> await(lock(0).lock())).isInstanceOf(SynodException.Closed.class);
  }

  @Test
  void aLeaseIsRenewedWhileItsHolderLivesAlsoUnderAnotherLeader() {
    Grant held = await(lock(0).withLease(600).lock());
    Future<Grant> next = lock(1).lock(60_000);
    long end = System.nanoTime() + 2_000_000_000L;
    String leader = await(members.get(0).status()).leader();
    String successor = leader.equals("b") ? "c" : "b";
    await(members.get(2).transferLeadership(successor));
    await().until(() -> System.nanoTime() > end);
    assertThat(held.isHeld()).isTrue();
    assertThat(next.isComplete()).isFalse();
    await(held.release());
    assertThat(await(next).token()).isGreaterThan(held.token());
  }

  @Test
  void readersShareAndAWriterExcludes() {
    ReplicatedReadWriteLock a = ReplicatedReadWriteLock.of(members.get(0), "rw");
    ReplicatedReadWriteLock b = ReplicatedReadWriteLock.of(members.get(1), "rw");
    Grant one = await(a.readLock().lock());
    Grant two = await(b.readLock().lock());
    Future<Grant> writer = b.writeLock().lock();
    await().until(() -> await(b.writeLock().waiters(5, ReadLevel.LINEARIZABLE)).size() == 1);
    Future<Grant> reader = a.readLock().lock();
    await(one.release());
    assertThat(writer.isComplete()).isFalse();
    await(two.release());
    Grant writing = await(writer);
    assertThat(reader.isComplete()).isFalse();
    await(writing.release());
    assertThat(await(reader).isHeld()).isTrue();
  }

  @Test
  void permitsAreGrantedInOrderAndCounted() {
    Semaphore a = Semaphore.of(members.get(0), "s", 3);
    Semaphore b = Semaphore.of(members.get(1), "s", 3);
    Grant two = await(a.acquire(2));
    assertThat(await(b.tryAcquire(2))).isEmpty();
    assertThat(await(b.availablePermits(ReadLevel.LINEARIZABLE))).isEqualTo(1);
    Grant one = await(b.acquire(1));
    assertThat(await(a.holders(ReadLevel.LINEARIZABLE))).hasSize(2);
    Future<Grant> three = b.acquire(3, 60_000);
    await(two.release());
    await(one.release());
    assertThat(await(three).isHeld()).isTrue();
    assertThatThrownBy(() -> await(a.acquire(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 4, but must be at least 1 and at most 3");
    assertThatThrownBy(() -> await(Semaphore.of(members.get(0), "s", 5).acquire(1)))
        .isInstanceOf(SynodException.Rejected.class)
        .hasMessageContaining("has 3 permits, but the request says 5");
  }

  @Test
  void observersOfAnElectionSeeEachLeaderAndTheVacancy() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Election c = Election.of(members.get(2), "e");
    var observing = await(c.observe(leader -> seen.add(leader.map(Claimant::value).orElse("-"))));
    Grant first = await(Election.of(members.get(0), "e").campaign("one"));
    Future<Grant> second = Election.of(members.get(1), "e").campaign("two");
    await().until(() -> await(c.candidates(5, ReadLevel.LINEARIZABLE)).size() == 1);
    assertThat(await(c.leader(ReadLevel.LINEARIZABLE)))
        .contains(new Claimant("a", "one", first.token(), 1));
    await(first.release());
    assertThat(await(second).token()).isGreaterThan(first.token());
    await(second.result().release());
    await().untilAsserted(() -> assertThat(seen).containsExactly("-", "one", "two", "-"));
    observing.close();
    await(Election.of(members.get(0), "e").campaign("three"));
    assertThat(await(c.leader(ReadLevel.LINEARIZABLE)).map(Claimant::value))
        .isEqualTo(Optional.of("three"));
    assertThat(seen).hasSize(4);
  }

  @Test
  void anActionRunsUnderTheLockWhichIsReleasedWhateverItsOutcomeIs() {
    int result = await(lock(0).withLock(grant -> Future.succeededFuture(7)));
    assertThat(result).isEqualTo(7);
    assertThatThrownBy(
            () ->
                await(
                    lock(0)
                        .withLock(
                            grant -> {
                              throw new IllegalStateException("an action's own fault");
                            })))
        .hasMessage("an action's own fault");
    assertThat(await(lock(1).tryLock())).isPresent();
  }

  @Test
  void badArgumentsAreRefusedByName() {
    assertThatThrownBy(() -> ReplicatedLock.of(members.get(0), ""))
        .hasMessageContaining("the name of a lock must have 1 to 128 characters");
    assertThatThrownBy(() -> ReplicatedLock.of(members.get(0), "\uD800"))
        .hasMessageContaining("unpaired surrogate");
    assertThatThrownBy(() -> lock(0).withLease(99)).hasMessageContaining("must be 100 to");
    assertThatThrownBy(() -> await(lock(0).lock(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the time-out for lock 'l' is -1");
    assertThatThrownBy(() -> await(Election.of(members.get(0), "e").campaign("x".repeat(2_000))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
