package dev.synod.core.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Heartbeat;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.message.Message.PreVote;
import dev.synod.core.message.Message.PreVoteReply;
import dev.synod.core.message.Message.Prepare;
import dev.synod.core.message.Message.Promise;
import dev.synod.core.message.Message.Resigned;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an acceptor owes to a leader that it has granted a lease. */
class LeaseTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Ballot B2 = new Ballot(2, "b");
  private static final long LEASE = 400;

  private final Transcript out = new Transcript();
  private final MemberClock clock = new MemberClock(1_000, 1_000);
  private Acceptor acceptor = started(0, LEASE);

  /** An acceptor that has granted a lease of up to that length, and now may grant another one. */
  private Acceptor started(long longest, long lease) {
    return new Acceptor(
        new MemberContext(
            "x",
            new SlotLog(Recovered.NOTHING),
            Configurations.uninitialized(),
            Settings.DEFAULT.withLease(
                lease == 0 ? Settings.Lease.OFF : new Settings.Lease(lease, 20)),
            clock),
        Ballot.NONE,
        longest);
  }

  private List<String> on(Message.ToAcceptor message) {
    acceptor.receive("p", message, out);
    return out.take();
  }

  private static String promise(Ballot ballot) {
    return "after p " + new Promise(ballot, 1, Long.MAX_VALUE, List.of(), 0);
  }

  private static String ack(long number, boolean leased) {
    return "send p " + new HeartbeatAck(A1, number, leased);
  }

  /** The gate lets the heartbeat come back once the record of its lease is durable. */
  private List<String> durable(Heartbeat heartbeat) {
    acceptor.receive("x", heartbeat, out);
    return out.take();
  }

  private void granted(long at) {
    clock.set(at, at);
    Heartbeat heartbeat = new Heartbeat(A1, 1, 0, LEASE);
    assertThat(on(new Prepare(A1, 1))).contains(promise(A1));
    on(heartbeat);
    assertThat(durable(heartbeat)).contains(ack(1, true));
  }

  @Test
  void whileItRunsNoOtherBallotGetsAPromise() {
    granted(2_000);
    clock.set(2_000 + LEASE, 2_000 + LEASE);
    assertThat(on(new Prepare(B2, 1))).isEmpty();
    assertThat(on(new PreVote(1))).contains("send p " + new PreVoteReply(1, true, A1));
    assertThat(on(new Prepare(A1, 1))).as("its own ballot").contains(promise(A1));

    clock.set(2_000 + LEASE + 1, 2_000 + LEASE + 1);
    assertThat(on(new Prepare(B2, 1))).contains(promise(B2));
  }

  @Test
  void aWallClockThatIsSetDoesNotShortenWhatWasGranted() {
    granted(2_000);
    clock.set(2_001, 3_600_000);
    assertThat(on(new Prepare(B2, 1))).isEmpty();
  }

  @Test
  void aLeaderThatResignsReturnsItsLease() {
    granted(2_000);
    assertThat(on(new Resigned(B2))).isNotEmpty();
    assertThat(on(new Prepare(B2, 1))).isEmpty();
    on(new Resigned(A1));
    assertThat(on(new Prepare(B2, 1))).contains(promise(B2));
  }

  @Test
  void theFirstGrantOfALengthWaitsForItsRecord() {
    on(new Prepare(A1, 1));
    Heartbeat first = new Heartbeat(A1, 1, 0, 100);
    assertThat(on(first))
        .contains("append " + new LogRecord.LeaseGranted(100), "after x " + first)
        .noneMatch(line -> line.contains("HeartbeatAck"));
    assertThat(on(new Heartbeat(A1, 2, 0, 100)))
        .as("the record may not be durable yet")
        .contains(ack(2, false));
    assertThat(durable(first)).contains(ack(1, true));
    assertThat(on(new Heartbeat(A1, 3, 0, 100))).contains(ack(3, true));
    assertThat(on(new Heartbeat(A1, 4, 0, 99))).contains(ack(4, true));

    Heartbeat longer = new Heartbeat(A1, 5, 0, LEASE);
    assertThat(on(longer)).contains("append " + new LogRecord.LeaseGranted(LEASE));
    assertThat(durable(longer)).contains(ack(5, true));
  }

  @Test
  void aHeartbeatOfAnotherMemberDoesNotCountAsTheRecordsReturn() {
    on(new Prepare(A1, 1));
    Heartbeat first = new Heartbeat(A1, 1, 0, LEASE);
    on(first);
    assertThat(on(first)).contains(ack(1, false));
  }

  @Test
  void anAcceptorThatWasStartedWaitsForTheLongestLeaseThatItHasGrantedWhateverItsSettingsSay() {
    for (long setting : new long[] {0, 30, LEASE, 10 * LEASE}) {
      clock.set(1_000, 1_000);
      acceptor = started(LEASE, setting);
      clock.set(1_000 + LEASE, 1_000 + LEASE);
      assertThat(on(new Prepare(A1, 1))).isEmpty();
      assertThat(on(new PreVote(1))).contains("send p " + new PreVoteReply(1, true, Ballot.NONE));
      clock.set(1_000 + LEASE + 1, 1_000 + LEASE + 1);
      assertThat(on(new Prepare(A1, 1))).contains(promise(A1));
    }
  }

  @Test
  void anAcceptorThatHasNeverGrantedALeaseWaitsForNone() {
    assertThat(on(new Prepare(A1, 1))).contains(promise(A1));
  }

  @Test
  void aLongerLeaseThanItsOwnIsNotGranted() {
    clock.set(2_000, 2_000);
    on(new Prepare(A1, 1));
    assertThat(on(new Heartbeat(A1, 1, 0, LEASE + 1))).contains(ack(1, false));
    assertThat(on(new Heartbeat(A1, 2, 0, -1))).contains(ack(2, false));
    assertThat(on(new Prepare(B2, 1))).contains(promise(B2));
  }
}
