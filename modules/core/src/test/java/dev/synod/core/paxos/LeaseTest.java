package dev.synod.core.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
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
  private final MemberClock clock = new MemberClock(1_000);
  private final Acceptor acceptor = started(Recovered.NOTHING, clock);

  private static Acceptor started(Recovered recovered, MemberClock clock) {
    Settings d = Settings.DEFAULT;
    return new Acceptor(
        new SlotLog(recovered),
        recovered.promised(),
        new Settings(
            d.heartbeat(),
            d.electionTimeout(),
            d.retry(),
            d.requestTimeout(),
            d.maxBatch(),
            d.maxPage(),
            d.maxQueue(),
            d.maxPending(),
            d.compaction(),
            d.sessions(),
            new Settings.Lease(LEASE, 20),
            d.thrifty()),
        clock);
  }

  private List<String> on(Message.ToAcceptor message) {
    acceptor.receive("p", message, out);
    return out.take();
  }

  private static String promise(Ballot ballot) {
    return "after p " + new Promise(ballot, 1, Long.MAX_VALUE, List.of(), 0);
  }

  private void granted(long at) {
    clock.set(at);
    assertThat(on(new Prepare(A1, 1))).contains(promise(A1));
    assertThat(on(new Heartbeat(A1, 1, 0, LEASE)))
        .contains("send p " + new HeartbeatAck(A1, 1, true));
  }

  @Test
  void whileItRunsNoOtherBallotGetsAPromise() {
    granted(2_000);
    clock.set(2_000 + LEASE);
    assertThat(on(new Prepare(B2, 1))).isEmpty();
    assertThat(on(new PreVote(1))).contains("send p " + new PreVoteReply(1, true, A1));
    assertThat(on(new Prepare(A1, 1))).as("its own ballot").contains(promise(A1));

    clock.set(2_000 + LEASE + 1);
    assertThat(on(new Prepare(B2, 1))).contains(promise(B2));
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
  void whoWasStartedWaitsForALeaseThatItMayHaveGrantedBefore() {
    clock.set(1_000 + LEASE);
    assertThat(on(new Prepare(A1, 1))).isEmpty();
    assertThat(on(new PreVote(1))).contains("send p " + new PreVoteReply(1, true, Ballot.NONE));
    clock.set(1_000 + LEASE + 1);
    assertThat(on(new Prepare(A1, 1))).contains(promise(A1));
  }

  @Test
  void aLongerLeaseThanItsOwnIsNotGranted() {
    clock.set(2_000);
    on(new Prepare(A1, 1));
    assertThat(on(new Heartbeat(A1, 1, 0, LEASE + 1)))
        .contains("send p " + new HeartbeatAck(A1, 1, false));
    assertThat(on(new Heartbeat(A1, 2, 0, -1)))
        .contains("send p " + new HeartbeatAck(A1, 2, false));
    assertThat(on(new Prepare(B2, 1))).contains(promise(B2));
  }
}
