package dev.synod.data.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final long FOREVER = Claims.MAX_TIME;
  private static final long LEASE = 5_000;

  private final List<String> events = new ArrayList<>();
  private final Claims claims = claims();

  private Claims claims() {
    return new Claims(
        new ClaimEvents() {
          @Override
          public void granted(long claim, long token) {
            events.add("granted " + claim);
          }

          @Override
          public void ended(long claim) {
            events.add("ended " + claim);
          }

          @Override
          public void changed(ResourceKind kind, String resource) {}
        });
  }

  private Claims.Answer lock(long session, long time, long id, long maxWait) {
    return claims.acquire(session, time, request(ResourceKind.LOCK, id, 1, 1, maxWait));
  }

  private static Claims.Request request(
      ResourceKind kind, long id, int capacity, int permits, long maxWait) {
    return new Claims.Request(kind, "r", id, capacity, permits, maxWait, LEASE, new byte[0]);
  }

  private List<Long> tokens() {
    return claims.granted(ResourceKind.LOCK, "r").stream().map(ClaimView::token).toList();
  }

  @Test
  void aLockIsGrantedInTheOrderOfTheRequestsWithRisingTokens() {
    assertThat(lock(1, 0, 11, FOREVER)).isEqualTo(Claims.Answer.GRANTED);
    assertThat(lock(1, 0, 12, FOREVER)).as("not re-entrant").isEqualTo(Claims.Answer.WAITING);
    assertThat(lock(2, 0, 21, FOREVER)).isEqualTo(Claims.Answer.WAITING);
    assertThat(lock(2, 0, 22, 0)).isEqualTo(Claims.Answer.REFUSED);
    long first = claims.token(11);
    assertThat(claims.release(2, 11)).as("of another session").isFalse();
    assertThat(claims.release(1, 11)).isTrue();
    assertThat(claims.release(1, 11)).as("twice").isFalse();
    long second = claims.token(12);
    assertThat(second).isGreaterThan(first);
    assertThat(tokens()).containsExactly(second);
    assertThat(claims.release(1, 12)).isTrue();
    assertThat(claims.token(21)).isGreaterThan(second);
    assertThat(claims.release(2, 21)).isTrue();
    assertThat(claims.size()).isZero();
    assertThat(events).containsExactly("granted 12", "granted 21");
    assertThat(claims.nextEnd(Long.MIN_VALUE)).as("no lease is left").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aWaitThatIsOverIsDecidedAndNeverGrantedLater() {
    lock(1, 1_000, 11, FOREVER);
    assertThat(lock(2, 1_000, 21, 50)).isEqualTo(Claims.Answer.WAITING);
    assertThat(claims.nextEnd(1_000)).isEqualTo(1_050);
    claims.timePassed(1_049);
    assertThat(events).isEmpty();
    claims.timePassed(1_050);
    assertThat(events).containsExactly("ended 21");
    assertThat(claims.release(1, 11)).isTrue();
    assertThat(claims.size()).isZero();
  }

  @Test
  void aClaimWhoseWaitIsOverLetsThoseBehindItPass() {
    claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, 1, 3, 2, FOREVER));
    claims.acquire(2, 0, request(ResourceKind.SEMAPHORE, 2, 3, 2, 100));
    assertThat(claims.acquire(3, 0, request(ResourceKind.SEMAPHORE, 3, 3, 1, FOREVER)))
        .as("no claim is overtaken")
        .isEqualTo(Claims.Answer.WAITING);
    claims.timePassed(100);
    assertThat(events).containsExactly("granted 3", "ended 2");
  }

  @Test
  void aDeadHolderLosesItsClaimsWithItsLeaseAndALivingOneDoesNot() {
    lock(1, 0, 11, FOREVER);
    lock(2, 0, 21, FOREVER);
    lock(3, 0, 31, FOREVER);
    for (long time = 1_000; time <= 4_000; time += 1_000) {
      assertThat(claims.renew(1, LEASE, time)).isTrue();
      assertThat(claims.renew(3, LEASE, time)).isTrue();
    }
    claims.timePassed(5_000);
    assertThat(events).as("a waiter that has died").containsExactly("ended 21");
    assertThat(claims.renew(3, LEASE, 8_000)).isTrue();
    claims.timePassed(9_000);
    assertThat(events).containsExactly("ended 21", "granted 31", "ended 11");
    assertThat(claims.renew(1, LEASE, 9_000)).isFalse();
    assertThat(claims.release(1, 11)).isFalse();
  }

  @Test
  void aNewLeaderWhoseClockIsAheadEndsNoLease() {
    lock(1, 0, 11, FOREVER);
    claims.leaderBegan(1_000_000);
    claims.timePassed(1_000_000);
    assertThat(events).isEmpty();
    assertThat(claims.nextEnd(0)).isEqualTo(1_000_000 + LEASE);
  }

  @Test
  void theEndOfASessionEndsItsClaimsAndANewLeaderDoesNotBringThemBack() {
    int many = 1_000;
    for (int id = 1; id <= many; id++) {
      claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, id, many + 1, 1, FOREVER));
    }
    claims.acquire(2, 0, request(ResourceKind.SEMAPHORE, 5_000, many + 1, 1, FOREVER));
    claims.sessionEnded(1);
    assertThat(claims.size()).as("one slot ends a part").isEqualTo(many + 1 - Claims.ENDS);
    claims.leaderBegan(100);
    assertThat(claims.nextEnd(Long.MIN_VALUE)).isEqualTo(Holder.ENDED);
    for (int slot = 0; slot < 3; slot++) {
      claims.timePassed(101);
    }
    assertThat(claims.size()).isOne();
    assertThat(claims.token(5_000)).isPositive();
    assertThat(events).hasSize(many);
  }

  @Test
  void aHolderWhoseLeaseHasEndedInPartClaimsAnew() {
    int many = 2 * Claims.ENDS;
    for (int id = 1; id <= many; id++) {
      claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, id, many, 1, FOREVER));
    }
    claims.timePassed(LEASE);
    assertThat(claims.renew(1, LEASE, LEASE)).isFalse();
    assertThat(claims.acquire(1, LEASE, request(ResourceKind.SEMAPHORE, 9_999, many, many, 0)))
        .isEqualTo(Claims.Answer.GRANTED);
    assertThat(claims.size()).isOne();
    assertThat(events).hasSize(many);
  }

  @Test
  void readersShareALockAndAWriterIsNotOvertaken() {
    int all = Integer.MAX_VALUE;
    claims.acquire(1, 0, request(ResourceKind.READ_WRITE_LOCK, 1, all, 1, FOREVER));
    claims.acquire(2, 0, request(ResourceKind.READ_WRITE_LOCK, 2, all, 1, FOREVER));
    claims.acquire(3, 0, request(ResourceKind.READ_WRITE_LOCK, 3, all, all, FOREVER));
    claims.acquire(4, 0, request(ResourceKind.READ_WRITE_LOCK, 4, all, 1, FOREVER));
    assertThat(claims.granted(ResourceKind.READ_WRITE_LOCK, "r")).hasSize(2);
    claims.release(1, 1);
    assertThat(events).isEmpty();
    claims.release(2, 2);
    assertThat(events).containsExactly("granted 3");
    claims.release(3, 3);
    assertThat(events).containsExactly("granted 3", "granted 4");
  }

  @Test
  void whatContradictsTheStateIsRejectedByName() {
    lock(1, 0, 11, FOREVER);
    assertThatThrownBy(() -> lock(2, 0, 11, FOREVER))
        .isInstanceOf(CommandRejected.class)
        .hasMessage("the claim 11 exists already");
    claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, 1, 3, 1, FOREVER));
    assertThatThrownBy(
            () -> claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, 2, 5, 1, FOREVER)))
        .isInstanceOf(CommandRejected.class)
        .hasMessage("the semaphore 'r' has 3 permits, but the request says 5");
    assertThat(claims.release(1, 1)).isTrue();
    assertThat(claims.acquire(1, 0, request(ResourceKind.SEMAPHORE, 2, 5, 1, FOREVER)))
        .as("no claim is left")
        .isEqualTo(Claims.Answer.GRANTED);
  }

  @Test
  void aRestoredStateGoesOnAsTheOther() throws IOException {
    lock(1, 0, 11, FOREVER);
    lock(2, 0, 21, 100);
    lock(3, 10, 31, FOREVER);
    claims.acquire(3, 20, request(ResourceKind.SEMAPHORE, 1, 3, 2, FOREVER));
    byte[] snapshot = bytes(claims);
    Claims restored = claims();
    restored.read(new DataInputStream(new ByteArrayInputStream(snapshot)));
    assertThat(bytes(restored)).isEqualTo(snapshot);
    assertThat(restored.hash()).isEqualTo(claims.hash());
    for (Claims each : List.of(claims, restored)) {
      each.timePassed(100);
      each.release(1, 11);
      each.renew(3, LEASE, 200);
    }
    assertThat(bytes(restored)).isEqualTo(bytes(claims));
    assertThat(restored.hash()).isEqualTo(claims.hash());
    assertThat(restored.token(31)).isPositive();
  }

  private static byte[] bytes(Claims claims) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    claims.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
