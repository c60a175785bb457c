package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** In the eyes of c: who speaks under the name a. */
class PeerIdentitiesTest {
  private static final Settings SETTINGS = Settings.DEFAULT;
  private static final Incarnation FIRST = new Incarnation(7, 1, 71);
  private static final Incarnation SECOND = new Incarnation(7, 2, 72);
  private static final Epoch FORCED = new Epoch(0, 1, "c");

  private final Configurations configurations =
      new Configurations(8, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c"))));
  private final Transcript out = new Transcript();
  private final MemberClock clock = new MemberClock(1, 1);
  private PeerIdentities peerIdentities = peers(RecoveredIdentity.NONE);
  private long questions;

  private PeerIdentities peers(RecoveredIdentity past) {
    return peers(past, /* client= */ false);
  }

  private PeerIdentities peers(RecoveredIdentity past, boolean client) {
    return new PeerIdentities(
        new MemberContext("c", new SlotLog(Recovered.NOTHING), configurations, SETTINGS, clock),
        new IncarnationHistory(9, 3, List.of(91L, 92L, 93L)),
        past,
        client,
        bound -> ++questions,
        out);
  }

  private void tick(long now) {
    clock.set(now, now);
    peerIdentities.tick(out);
  }

  private boolean hears(Incarnation incarnation) {
    return hears(incarnation, Epoch.FIRST, new Message.Hello());
  }

  /** As a host hands over what arrives. */
  private boolean hears(Incarnation incarnation, Epoch epoch, Message message) {
    boolean heard = peerIdentities.acceptsSender("a", incarnation, epoch, out);
    if (!heard) {
      peerIdentities.receiveUnverified("a", incarnation, message, out);
    }
    return heard;
  }

  private void know(Incarnation incarnation) {
    TreeMap<String, Incarnation> met = new TreeMap<>();
    met.put("a", incarnation);
    peerIdentities = peers(new RecoveredIdentity(Epoch.FIRST, met, 0, null));
    tick(1_000);
    out.take();
  }

  @Test
  void theFirstLifeUnderANameIsHeardAndRemembered() {
    assertThat(hears(FIRST)).isTrue();
    assertThat(out.take()).containsExactly("append " + new LogRecord.Met("a", FIRST));
    assertThat(hears(FIRST)).isTrue();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void aClientListensToAllOfItsEpoch_remembersNobody_andTellsNobody() {
    peerIdentities = peers(RecoveredIdentity.NONE, /* client= */ true);
    assertThat(hears(FIRST)).isTrue();
    assertThat(hears(new Incarnation(8, 1, 81))).as("another store").isTrue();
    tick(1_000);
    assertThat(out.take()).isEmpty();
    peerIdentities.enter(FORCED, out);
    assertThat(hears(FIRST)).as("of the epoch before").isFalse();
    assertThat(out.take()).noneMatch(line -> line.startsWith("send"));
  }

  @Test
  void aClientOfAnEpochThatIsOverIsToldToStop() {
    peerIdentities = peers(RecoveredIdentity.NONE, /* client= */ true);
    assertThat(peerIdentities.acceptsSender("a", FIRST, FORCED, out)).isFalse();
    assertThat(peerIdentities.isBarred()).isTrue();
  }

  @Test
  void aNonMemberIsAcceptedAndNotRemembered() {
    assertThat(peerIdentities.acceptsSender("z", FIRST, Epoch.FIRST, out)).isTrue();
    assertThat(peerIdentities.acceptsSender("z", new Incarnation(8, 1, 1), Epoch.FIRST, out))
        .isTrue();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void anotherStoreUnderANameIsRefused_andToldSo_alsoAfterARestart() {
    know(FIRST);
    Incarnation other = new Incarnation(8, 1, 81);
    assertThat(hears(other)).isFalse();
    assertThat(out.take())
        .containsExactly(
            "after a " + new Message.Excluded(81, ExclusionReason.ANOTHER_STORE, Epoch.FIRST),
            "refused a ANOTHER_STORE");
    assertThat(hears(FIRST)).isTrue();
  }

  @Test
  void aCopyThatWasStartedAsOftenAsTheOtherIsRefused() {
    know(SECOND);
    assertThat(hears(new Incarnation(7, 2, 99))).isFalse();
    assertThat(out.take())
        .contains("after a " + new Message.Excluded(99, ExclusionReason.COPY, Epoch.FIRST));
  }

  @Test
  void aRefusalIsNotAnsweredByOne_forTwoThatRefuseEachOtherWouldNeverEnd() {
    know(FIRST);
    Incarnation other = new Incarnation(8, 1, 81);
    Message theirs = new Message.Excluded(93, ExclusionReason.COPY, Epoch.FIRST);
    assertThat(hears(other, Epoch.FIRST, theirs)).isFalse();
    peerIdentities = peers(new RecoveredIdentity(FORCED, new TreeMap<>(), 0, null));
    assertThat(hears(FIRST, new Epoch(0, 1, "a"), theirs)).as("forced apart").isFalse();
    assertThat(peerIdentities.isBarred()).isFalse();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void aLifeIsToldOnceInARetryThatItIsRefused() {
    know(SECOND);
    Message.Excluded bar = new Message.Excluded(71, ExclusionReason.SUPERSEDED, Epoch.FIRST);
    long now = 1_000;
    for (int retry = 0; retry < 3; retry++) {
      for (int frame = 0; frame < 10; frame++) {
        tick(now + frame);
        out.take();
        hears(FIRST);
        assertThat(out.take())
            .isEqualTo(frame == 0 ? List.of("after a " + bar, "refused a SUPERSEDED") : List.of());
      }
      hears(new Incarnation(7, 1, 99 + retry));
      assertThat(out.take()).as("another life").contains("refused a SUPERSEDED");
      now += SETTINGS.retry();
    }
  }

  @Test
  void soManyLivesAreToldInARetry_andNoMore() {
    know(SECOND);
    for (int token = 100; token < 200; token++) {
      hears(new Incarnation(7, 1, token));
    }
    assertThat(out.take()).hasSize(2 * 32);
  }

  @Test
  void anEarlierLifeIsRefused() {
    know(SECOND);
    assertThat(hears(FIRST)).isFalse();
    assertThat(out.take())
        .contains("after a " + new Message.Excluded(71, ExclusionReason.SUPERSEDED, Epoch.FIRST));
  }

  @Test
  void aLaterLifeIsHeardWhenItHasShownWhatTheKnownOneDrew_andThatOneHadTimeToAnswer() {
    know(FIRST);
    assertThat(hears(SECOND)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.IdentityChallenge(2, 1));
    peerIdentities.receiveUnverified("a", SECOND, new Message.IdentityResponse(2, 71), out);
    assertThat(hears(SECOND)).isFalse();
    tick(1_000 + SETTINGS.retry());
    assertThat(out.take()).containsExactly("send a " + new Message.IdentityChallenge(2, 1));
    assertThat(hears(SECOND)).isTrue();
    assertThat(out.take()).containsExactly("append " + new LogRecord.Met("a", SECOND));
    assertThat(hears(FIRST)).isFalse();
  }

  @Test
  void aLaterLifeThatShowsNothingIsNotHeard() {
    know(FIRST);
    hears(SECOND);
    tick(60_000);
    assertThat(hears(SECOND)).isFalse();
    peerIdentities.receiveUnverified("a", SECOND, new Message.IdentityResponse(1, 71), out);
    assertThat(hears(SECOND)).as("an answer to another question").isFalse();
  }

  @Test
  void aCopyThatWasStartedMoreOftenShowsThatItIsOne() {
    know(SECOND);
    Incarnation copy = new Incarnation(7, 4, 99);
    assertThat(hears(copy)).isFalse();
    peerIdentities.receiveUnverified("a", copy, new Message.IdentityResponse(2, 66), out);
    assertThat(out.take())
        .contains("after a " + new Message.Excluded(99, ExclusionReason.COPY, Epoch.FIRST));
    tick(60_000);
    assertThat(hears(copy)).isFalse();
  }

  @Test
  void aLaterLifeIsACopys_ifTheKnownOneAnswersWhatWasAskedSince() {
    know(FIRST);
    hears(SECOND);
    peerIdentities.receiveUnverified("a", SECOND, new Message.IdentityResponse(2, 71), out);
    out.take();
    peerIdentities.receive("a", new Message.IdentityResponse(1, 71), out);
    assertThat(out.take()).as("an answer from before").isEmpty();
    peerIdentities.receive("a", new Message.IdentityResponse(2, 71), out);
    assertThat(out.take())
        .contains("after a " + new Message.Excluded(72, ExclusionReason.COPY, Epoch.FIRST));
    tick(60_000);
    assertThat(hears(SECOND)).isFalse();
    assertThat(hears(FIRST)).isTrue();
  }

  @Test
  void ofTwoLaterLivesTheOneThatStartedOftenerIsAsked_andOneThatShowsNothingMakesRoom() {
    know(FIRST);
    hears(SECOND);
    out.take();
    Incarnation other = new Incarnation(7, 2, 99);
    assertThat(hears(other)).isFalse();
    assertThat(out.take()).isEmpty();
    tick(1_000 + SETTINGS.electionTimeout());
    out.take();
    assertThat(hears(other)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.IdentityChallenge(3, 1));
    hears(SECOND);
    assertThat(out.take()).isEmpty();
    Incarnation third = new Incarnation(7, 3, 73);
    assertThat(hears(third)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.IdentityChallenge(4, 1));
    assertThat(hears(SECOND)).isFalse();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void aMemberAnswersWithTheTokenOfAnyOfItsStarts() {
    for (long start = 0; start <= 4; start++) {
      peerIdentities.receive("a", new Message.IdentityChallenge(5, start), out);
    }
    assertThat(out.take())
        .containsExactly(
            "send a " + new Message.IdentityResponse(5, 0),
            "send a " + new Message.IdentityResponse(5, 91),
            "send a " + new Message.IdentityResponse(5, 92),
            "send a " + new Message.IdentityResponse(5, 93),
            "send a " + new Message.IdentityResponse(5, 0));
  }

  @Test
  void whoIsNotHeardIsAnsweredAllTheSame_forItMayHoldThisOneForANewcomerToo() {
    peerIdentities.receiveUnverified("a", SECOND, new Message.IdentityChallenge(5, 3), out);
    assertThat(out.take()).containsExactly("send a " + new Message.IdentityResponse(5, 93));
    peerIdentities.receiveUnverified(
        "a", SECOND, new Message.Excluded(93, ExclusionReason.COPY, Epoch.FIRST), out);
    assertThat(peerIdentities.isBarred()).as("by one that is not heard").isFalse();
  }

  @Test
  void whatIsSaidOfAnotherLifeUnderItsNameDoesNotBarIt() {
    peerIdentities.receive("a", new Message.Excluded(92, ExclusionReason.COPY, Epoch.FIRST), out);
    assertThat(peerIdentities.isBarred()).isFalse();
    peerIdentities.receive("a", new Message.Excluded(93, ExclusionReason.COPY, Epoch.FIRST), out);
    assertThat(peerIdentities.isBarred()).isTrue();
    assertThat(out.take())
        .containsExactly(
            "append " + new LogRecord.Excluded(ExclusionReason.COPY, Epoch.FIRST), "barred COPY");
  }

  @Test
  void aMemberOfTheEpochBeforeIsNotHeard_andTold() {
    peerIdentities = peers(new RecoveredIdentity(FORCED, new TreeMap<>(), 0, null));
    assertThat(hears(FIRST)).isFalse();
    assertThat(out.take())
        .containsExactly(
            "after a " + new Message.Excluded(71, ExclusionReason.FENCED, FORCED),
            "refused a FENCED");
    assertThat(peerIdentities.acceptsSender("a", FIRST, FORCED, out)).isTrue();
    assertThat(peerIdentities.acceptsSender("d", FIRST, Epoch.UNBORN, out))
        .as("one that joins")
        .isTrue();
  }

  @Test
  void aMemberThatHearsOfALaterEpochIsBarred() {
    assertThat(peerIdentities.acceptsSender("a", FIRST, FORCED, out)).isFalse();
    assertThat(peerIdentities.isBarred()).isTrue();
    assertThat(out.take())
        .contains("append " + new LogRecord.Excluded(ExclusionReason.FENCED, FORCED));
  }

  @Test
  void ofTwoMembersThatWereForcedApartNeitherListensToTheOther() {
    peerIdentities = peers(new RecoveredIdentity(FORCED, new TreeMap<>(), 0, null));
    assertThat(peerIdentities.acceptsSender("a", FIRST, new Epoch(0, 1, "a"), out)).isFalse();
    assertThat(peerIdentities.isBarred()).isFalse();
  }

  @Test
  void aProcessOfAnotherFoundingIsRefused_andBothReportTheOptionsThatDiffer() {
    Epoch elsewhere = Epoch.first(5);
    assertThat(hears(FIRST, elsewhere, new Message.Hello())).isFalse();
    assertThat(out.take()).singleElement().asString().startsWith("send a Welcome[token=71");
    Configuration theirs = Configuration.first(QuorumSystem.majority(List.of("a", "c")));
    Message.Welcome answer = new Message.Welcome(93, 8, theirs, elsewhere, List.of());
    assertThat(hears(FIRST, elsewhere, answer)).isFalse();
    assertThat(out.take())
        .containsExactly("refused a ANOTHER_BIRTH [members: [a, b, c] here, [a, c] there]");
    assertThat(peerIdentities.isBarred()).as("a stray process stops no member").isFalse();
  }

  @Test
  void aGroupThatWasFoundedTwiceWithTheSameOptionsIsReportedWithoutDifferences() {
    Epoch elsewhere = Epoch.first(5);
    Message.Welcome answer =
        new Message.Welcome(93, 8, configurations.initialConfiguration(), elsewhere, List.of());
    hears(FIRST, elsewhere, answer);
    assertThat(out.take()).containsExactly("refused a ANOTHER_BIRTH");
    Message.Welcome another =
        new Message.Welcome(92, 8, configurations.initialConfiguration(), elsewhere, List.of());
    hears(FIRST, elsewhere, another);
    assertThat(out.take()).as("an answer to an earlier process of this member").isEmpty();
  }

  @Test
  void aForcedConfigurationOfAnotherFoundingFencesNothing() {
    assertThat(hears(FIRST, new Epoch(5, 1, "a"), new Message.Hello())).isFalse();
    assertThat(peerIdentities.isBarred()).isFalse();
  }
}
