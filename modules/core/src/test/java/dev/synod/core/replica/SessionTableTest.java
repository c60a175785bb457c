package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Outcome;
import dev.synod.core.host.Settings;
import dev.synod.core.message.GroupCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SessionTableTest {
  private static final long ID = 1 << 20;

  private final SessionTable sessions = new SessionTable();

  private static Outcome result(int bytes) {
    return new Outcome.Applied(7, new byte[bytes]);
  }

  private SessionTable.Live open(long id, long timeout, long time) {
    assertThat(sessions.open(id, id + 7, timeout, time)).isEqualTo(id);
    SessionTable.Live live = sessions.find(id);
    assertThat(live).isNotNull();
    return live;
  }

  @Test
  void whatACommandEndedWithIsKeptUntilItIsAcknowledged() {
    SessionTable.Live live = open(ID, 100, 0);
    Outcome second = result(3);
    live.keep(2, second);
    assertThat(live.isNew(2)).isFalse();
    assertThat(live.outcome(2)).isSameAs(second);
    assertThat(live.isNew(1)).as("one that was overtaken").isTrue();

    live.acknowledge(2);
    assertThat(live.outcome(2)).isNull();
    assertThat(live.isNew(1)).as("a late copy").isFalse();
    assertThat(live.isNew(2)).as("a late copy").isFalse();
    assertThat(live.isNew(3)).isTrue();
  }

  @Test
  void aRequestForASessionThatIsRepeatedTakesOnePlaceAndKeepsTheSessionAlive() {
    assertThat(sessions.open(ID, 7, 100, 0)).isEqualTo(ID);
    for (int copy = 1; copy < SessionTable.MAX + 10; copy++) {
      assertThat(sessions.open(ID + copy, 7, 100, 50)).isEqualTo(ID);
    }
    assertThat(sessions.size()).isEqualTo(1);
    assertThat(sessions.opened(7)).isEqualTo(ID);
    assertThat(sessions.expire(101)).isEmpty();
    assertThat(sessions.expire(151)).containsExactly(ID);
    assertThat(sessions.opened(7)).isZero();
    assertThat(sessions.open(ID + 20_000, 7, 100, 200)).isEqualTo(ID + 20_000);
  }

  @Test
  void manyCommandsInAnyOrderAreEachDoneOnce() {
    SessionTable.Live live = open(ID, 100, 0);
    for (long i = 0; i < 1_000; i++) {
      long sequence = 1 + (i * 7) % 1_000;
      assertThat(live.isNew(sequence)).isTrue();
      live.keep(sequence, result((int) (i % 5)));
    }
    for (long sequence = 1; sequence <= 1_000; sequence++) {
      assertThat(live.isNew(sequence)).isFalse();
      assertThat(live.outcome(sequence)).isInstanceOf(Outcome.Applied.class);
    }
    live.acknowledge(5_000_000);
    assertThat(live.isNew(5_000_000)).isFalse();
    assertThat(live.isNew(5_000_001)).isTrue();
  }

  @Test
  void aCommandTooFarAheadIsNeverApplied_soTheMemoryOfASessionIsBounded() {
    SessionTable.Live live = open(ID, 100, 0);
    assertThat(live.isNew(SessionTable.MAX_WINDOW)).isTrue();
    assertThat(live.isNew(SessionTable.MAX_WINDOW + 1L)).isFalse();
    assertThat(live.isNew(Long.MAX_VALUE)).isFalse();
    assertThat(live.isNew(0)).isFalse();
    assertThat(live.isNew(Long.MIN_VALUE)).isFalse();
  }

  @Test
  void resultsBeyondTheLimitAreNotKept_andTheirCommandsAreStillDone() {
    SessionTable.Live live = open(ID, 100, 0);
    live.keep(1, result((int) SessionTable.MAX_KEPT));
    live.keep(2, result(1));
    assertThat(live.isNew(2)).isFalse();
    assertThat(live.outcome(2)).isInstanceOf(Outcome.Unknown.class);
    live.acknowledge(1);
    Outcome third = result(1);
    live.keep(3, third);
    assertThat(live.outcome(3)).isSameAs(third);
  }

  @Test
  void aSessionExpiresAfterItsTimeoutInTheLogsTime_unlessItIsHeard() {
    open(ID, 100, 1_000);
    open(ID + 1, 300, 1_000);
    assertThat(sessions.expire(1_100)).isEmpty();
    sessions.find(ID + 1).heard(1_100);
    assertThat(sessions.expire(1_101)).containsExactly(ID);
    assertThat(sessions.find(ID)).isNull();
    assertThat(sessions.expire(1_400)).isEmpty();
    sessions.restart(1_400);
    assertThat(sessions.expire(1_700)).isEmpty();
    assertThat(sessions.expire(1_701)).containsExactly(ID + 1);
    assertThat(sessions.size()).isZero();
    assertThat(sessions.close(ID)).isFalse();
  }

  @Test
  void oneMoreThanThereMayBeIsRefused() {
    for (int i = 0; i < SessionTable.MAX; i++) {
      open(ID + i, 100, 0);
    }
    assertThat(sessions.open(ID + SessionTable.MAX, 1, 100, 0)).isZero();
    assertThat(sessions.close(ID)).isTrue();
    open(ID + SessionTable.MAX, 100, 0);
    assertThat(new SessionTable().open(ID, 1, 0, 0)).isZero();
    assertThat(new SessionTable().open(ID, 1, Settings.Sessions.MAX_TIMEOUT + 1, 0)).isZero();
  }

  private static byte[] written(SessionTable sessions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sessions.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static SessionTable read(byte[] bytes) throws IOException {
    return SessionTable.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void writtenAndReadTheyAreTheSame() throws IOException {
    open(ID + 1, 300, 1_000).keep(2, new Outcome.Rejected(8, "no"));
    SessionTable.Live live = open(ID, 100, 1_000);
    live.acknowledge(40);
    live.keep(43, result(3));
    live.keep(41, new Outcome.Unknown());

    SessionTable read = read(written(sessions));
    assertThat(read.hash()).isEqualTo(sessions.hash());
    assertThat(written(read)).isEqualTo(written(sessions));
    assertThat(read.find(ID).outcome(43)).isInstanceOf(Outcome.Applied.class);
    assertThat(read.find(ID).isNew(42)).isTrue();
    assertThat(read.find(ID + 1).outcome(2)).isEqualTo(new Outcome.Rejected(8, "no"));
    assertThat(read.opened(ID + 7)).isEqualTo(ID);
    assertThat(read.opened(ID + 9)).isEqualTo(GroupCommand.NO_SESSION);
    assertThat(read.expire(1_101)).containsExactly(ID);
  }

  @Test
  void aCopyIsWhatItWas_whateverIsAppliedSince() throws IOException {
    SessionTable.Live live = open(ID, 100, 1_000);
    live.keep(1, result(3));
    byte[] then = written(sessions);
    SessionTable copy = sessions.copy();
    live.acknowledge(1);
    live.keep(2, result(1));
    live.heard(1_050);
    open(ID + 1, 100, 1_050);
    assertThat(written(copy)).isEqualTo(then).isNotEqualTo(written(sessions));
  }

  @Test
  void damagedBytesAreRefusedByName() throws IOException {
    open(ID, 100, 1_000).keep(1, result(3));
    byte[] good = written(sessions);
    byte[] tooMany = good.clone();
    tooMany[0] = 1;
    assertThatThrownBy(() -> read(tooMany))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sessions");
    byte[] badKind = good.clone();
    badKind[4 + 40 + 4 + 8] = 9;
    assertThatThrownBy(() -> read(badKind))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("kind 9");
    byte[] badPlace = good.clone();
    badPlace[4 + 40 + 4] = 127;
    assertThatThrownBy(() -> read(badPlace))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no place");
    byte[] badLength = good.clone();
    badLength[4 + 40 + 4 + 8 + 1 + 8] = 127;
    assertThatThrownBy(() -> read(badLength))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a result of");
  }
}
