package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.HeartbeatAck;
import dev.synod.core.paxos.MemberClock;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the answers to a leader's beats allow, while members change. */
class HeartbeatsTest {
  private static final Ballot A1 = new Ballot(1, "a");
  private static final Configuration OLD =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")));
  private static final Configuration NEW =
      Configuration.first(QuorumSystem.majority(List.of("c", "d", "e"))).withId(2);
  private static final List<String> ALL = Configuration.union(OLD.acceptors(), NEW.acceptors());

  private final Transcript out = new Transcript();
  private final MemberClock clock = new MemberClock(1_000, 1_000);
  private final Heartbeats heartbeats = new Heartbeats(A1, new Settings.Lease(400, 20), clock);

  private void granted(String from, long number, Configuration used, long now) {
    clock.set(now, now);
    heartbeats.answered(from, new HeartbeatAck(A1, number, true), used);
  }

  private void send(long now) {
    clock.set(now, now);
    heartbeats.send(ALL, 0, out);
  }

  private boolean isLeased(Configuration configuration, long now) {
    clock.set(now, now);
    return heartbeats.isLeased(configuration);
  }

  @Test
  void aLeaseCountsFromWhenItsBeatWasSent_andIsOfOneConfiguration() {
    send(1_000);
    granted("a", 1, OLD, 1_100);
    assertThat(isLeased(OLD, 1_100)).as("by one alone").isFalse();
    granted("b", 1, OLD, 1_100);
    assertThat(isLeased(OLD, 1_379)).isTrue();
    assertThat(isLeased(OLD, 1_380)).isFalse();
    assertThat(isLeased(NEW, 1_100)).isFalse();

    send(1_200);
    granted("a", 2, NEW, 1_300);
    granted("b", 2, NEW, 1_300);
    assertThat(isLeased(NEW, 1_300)).as("by those who left").isFalse();
    granted("d", 2, NEW, 1_300);
    granted("e", 2, NEW, 1_300);
    assertThat(isLeased(NEW, 1_579)).isTrue();
    assertThat(isLeased(OLD, 1_300)).isFalse();
  }

  @Test
  void aLeaseEndsWithTheClockThatSaysSoFirst() {
    send(1_000);
    granted("a", 1, OLD, 1_010);
    granted("b", 1, OLD, 1_010);
    clock.set(1_010, 1_379);
    assertThat(heartbeats.isLeased(OLD)).as("no sleep as long as the lease").isTrue();
    clock.set(1_010, 1_380);
    assertThat(heartbeats.isLeased(OLD)).as("a sleep of 370 ms").isFalse();
    clock.set(1_379, 5);
    assertThat(heartbeats.isLeased(OLD)).as("a wall clock that was set back").isTrue();
    clock.set(1_380, 5);
    assertThat(heartbeats.isLeased(OLD)).isFalse();
  }

  @Test
  void anAnswerToABeatBeforeASleepLendsNothingThatIsOver() {
    clock.set(1_000, 1_000);
    heartbeats.send(ALL, 0, out);
    clock.set(1_001, 9_000);
    heartbeats.answered("a", new HeartbeatAck(A1, 1, true), OLD);
    heartbeats.answered("b", new HeartbeatAck(A1, 1, true), OLD);
    assertThat(heartbeats.isLeased(OLD)).isFalse();
  }

  @Test
  void anAnswerWithoutAGrantConfirmsItsBeat_andLendsNothing() {
    send(1_000);
    for (String each : OLD.acceptors()) {
      heartbeats.answered(each, new HeartbeatAck(A1, 1, false), OLD);
    }
    assertThat(heartbeats.confirmedIn(OLD)).isEqualTo(1);
    assertThat(isLeased(OLD, 1_010)).isFalse();
  }

  @Test
  void aBeatIsConfirmedByAQuorumThatAnsweredItOrALaterOne() {
    for (int beat = 1; beat <= 3; beat++) {
      send(1_000);
    }
    heartbeats.answered("a", new HeartbeatAck(A1, 2, false), OLD);
    assertThat(heartbeats.confirmedIn(OLD)).as("by one alone").isEqualTo(0);
    heartbeats.answered("c", new HeartbeatAck(A1, 3, false), OLD);
    assertThat(heartbeats.confirmedIn(OLD)).isEqualTo(2);
    assertThat(heartbeats.confirmedIn(NEW)).as("of another configuration").isEqualTo(0);
  }
}
