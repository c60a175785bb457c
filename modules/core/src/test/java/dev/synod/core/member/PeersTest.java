package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Past;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Barring;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Life;
import dev.synod.core.message.Lineage;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** In the eyes of c: who speaks under the name a. */
class PeersTest {
  private static final Settings SETTINGS = Settings.DEFAULT;
  private static final Life FIRST = new Life(7, 1, 71);
  private static final Life SECOND = new Life(7, 2, 72);
  private static final Epoch FORCED = new Epoch(1, "c");

  private final Configurations configurations =
      new Configurations(8, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c"))));
  private final Transcript out = new Transcript();
  private Peers peers = peers(Past.NONE);
  private long questions;

  private Peers peers(Past past) {
    return peers(past, /* client= */ false);
  }

  private Peers peers(Past past, boolean client) {
    return new Peers(
        "c",
        new Lineage(9, 3, List.of(91L, 92L, 93L)),
        past,
        configurations,
        SETTINGS,
        client,
        bound -> ++questions);
  }

  private boolean hears(Life life) {
    return hears(life, Epoch.BIRTH, new Message.Hello());
  }

  /** As a host hands over what arrives. */
  private boolean hears(Life life, Epoch epoch, Message message) {
    boolean heard = peers.hears("a", life, epoch, out);
    if (!heard) {
      peers.unheard("a", life, message, out);
    }
    return heard;
  }

  private void know(Life life) {
    TreeMap<String, Life> met = new TreeMap<>();
    met.put("a", life);
    peers = peers(new Past(Epoch.BIRTH, met, null));
    peers.tick(1_000, out);
    out.take();
  }

  @Test
  void theFirstLifeUnderANameIsHeardAndRemembered() {
    assertThat(hears(FIRST)).isTrue();
    assertThat(out.take()).containsExactly("append " + new LogRecord.Met("a", FIRST));
    assertThat(hears(FIRST)).isTrue();
    assertThat(out.take()).isEmpty();
  }

  /** After a restart it may have a state in which that member has not left yet. */
  @Test
  void whoHasLeftIsWrittenDownAgainAsWellWhenTheLogIsCut() {
    TreeMap<String, Life> met = new TreeMap<>();
    met.put("z", FIRST);
    peers = peers(new Past(Epoch.BIRTH, met, null));
    peers.record(out);
    assertThat(out.take()).contains("append " + new LogRecord.Met("z", FIRST));
  }

  @Test
  void aClientListensToAllOfItsEpoch_remembersNobody_andTellsNobody() {
    peers = peers(Past.NONE, /* client= */ true);
    assertThat(hears(FIRST)).isTrue();
    assertThat(hears(new Life(8, 1, 81))).as("another store").isTrue();
    peers.tick(1_000, out);
    assertThat(out.take()).isEmpty();
    peers.enter(FORCED, out);
    assertThat(hears(FIRST)).as("of the epoch before").isFalse();
    assertThat(out.take()).noneMatch(line -> line.startsWith("send"));
  }

  @Test
  void aClientOfAnEpochThatIsOverIsToldToStop() {
    peers = peers(Past.NONE, /* client= */ true);
    assertThat(peers.hears("a", FIRST, FORCED, out)).isFalse();
    assertThat(peers.isBarred()).isTrue();
  }

  @Test
  void whoIsNoMemberIsHeardAndNotRemembered() {
    assertThat(peers.hears("z", FIRST, Epoch.BIRTH, out)).isTrue();
    assertThat(peers.hears("z", new Life(8, 1, 1), Epoch.BIRTH, out)).isTrue();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void anotherStoreUnderANameIsRefused_andToldSo_alsoAfterARestart() {
    know(FIRST);
    Life other = new Life(8, 1, 81);
    assertThat(hears(other)).isFalse();
    assertThat(out.take())
        .containsExactly(
            "send a " + new Message.Barred(81, Barring.ANOTHER_STORE, Epoch.BIRTH),
            "refused a ANOTHER_STORE");
    assertThat(hears(FIRST)).isTrue();
  }

  @Test
  void aCopyThatWasStartedAsOftenAsTheOtherIsRefused() {
    know(SECOND);
    assertThat(hears(new Life(7, 2, 99))).isFalse();
    assertThat(out.take()).contains("send a " + new Message.Barred(99, Barring.COPY, Epoch.BIRTH));
  }

  @Test
  void aRefusalIsNotAnsweredByOne_forTwoThatRefuseEachOtherWouldNeverEnd() {
    know(FIRST);
    Life other = new Life(8, 1, 81);
    Message theirs = new Message.Barred(93, Barring.COPY, Epoch.BIRTH);
    assertThat(hears(other, Epoch.BIRTH, theirs)).isFalse();
    peers = peers(new Past(FORCED, new TreeMap<>(), null));
    assertThat(hears(FIRST, new Epoch(1, "a"), theirs)).as("forced apart").isFalse();
    assertThat(peers.isBarred()).isFalse();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void aLifeIsToldOnceInARetryThatItIsRefused() {
    know(SECOND);
    Message.Barred bar = new Message.Barred(71, Barring.SUPERSEDED, Epoch.BIRTH);
    long now = 1_000;
    for (int retry = 0; retry < 3; retry++) {
      for (int frame = 0; frame < 10; frame++) {
        peers.tick(now + frame, out);
        out.take();
        hears(FIRST);
        assertThat(out.take())
            .isEqualTo(frame == 0 ? List.of("send a " + bar, "refused a SUPERSEDED") : List.of());
      }
      hears(new Life(7, 1, 99 + retry));
      assertThat(out.take()).as("another life").contains("refused a SUPERSEDED");
      now += SETTINGS.retry();
    }
  }

  @Test
  void soManyLivesAreToldInARetry_andNoMore() {
    know(SECOND);
    for (int token = 100; token < 200; token++) {
      hears(new Life(7, 1, token));
    }
    assertThat(out.take()).hasSize(2 * 32);
  }

  @Test
  void anEarlierLifeIsRefused() {
    know(SECOND);
    assertThat(hears(FIRST)).isFalse();
    assertThat(out.take())
        .contains("send a " + new Message.Barred(71, Barring.SUPERSEDED, Epoch.BIRTH));
  }

  @Test
  void aLaterLifeIsHeardWhenItHasShownWhatTheKnownOneDrew_andThatOneHadTimeToAnswer() {
    know(FIRST);
    assertThat(hears(SECOND)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.WhoAreYou(2, 1));
    peers.unheard("a", SECOND, new Message.IAm(2, 71), out);
    assertThat(hears(SECOND)).isFalse();
    peers.tick(1_000 + SETTINGS.retry(), out);
    assertThat(out.take()).containsExactly("send a " + new Message.WhoAreYou(2, 1));
    assertThat(hears(SECOND)).isTrue();
    assertThat(out.take()).containsExactly("append " + new LogRecord.Met("a", SECOND));
    assertThat(hears(FIRST)).isFalse();
  }

  @Test
  void aLaterLifeThatShowsNothingIsNotHeard() {
    know(FIRST);
    hears(SECOND);
    peers.tick(60_000, out);
    assertThat(hears(SECOND)).isFalse();
    peers.unheard("a", SECOND, new Message.IAm(1, 71), out);
    assertThat(hears(SECOND)).as("an answer to another question").isFalse();
  }

  @Test
  void aCopyThatWasStartedMoreOftenShowsThatItIsOne() {
    know(SECOND);
    Life copy = new Life(7, 4, 99);
    assertThat(hears(copy)).isFalse();
    peers.unheard("a", copy, new Message.IAm(2, 66), out);
    assertThat(out.take()).contains("send a " + new Message.Barred(99, Barring.COPY, Epoch.BIRTH));
    peers.tick(60_000, out);
    assertThat(hears(copy)).isFalse();
  }

  @Test
  void aLaterLifeIsACopys_ifTheKnownOneAnswersWhatWasAskedSince() {
    know(FIRST);
    hears(SECOND);
    peers.unheard("a", SECOND, new Message.IAm(2, 71), out);
    out.take();
    peers.receive("a", new Message.IAm(1, 71), out);
    assertThat(out.take()).as("an answer from before").isEmpty();
    peers.receive("a", new Message.IAm(2, 71), out);
    assertThat(out.take()).contains("send a " + new Message.Barred(72, Barring.COPY, Epoch.BIRTH));
    peers.tick(60_000, out);
    assertThat(hears(SECOND)).isFalse();
    assertThat(hears(FIRST)).isTrue();
  }

  @Test
  void ofTwoLaterLivesTheOneThatStartedOftenerIsAsked_andOneThatShowsNothingMakesRoom() {
    know(FIRST);
    hears(SECOND);
    out.take();
    Life other = new Life(7, 2, 99);
    assertThat(hears(other)).isFalse();
    assertThat(out.take()).isEmpty();
    peers.tick(1_000 + SETTINGS.electionTimeout(), out);
    out.take();
    assertThat(hears(other)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.WhoAreYou(3, 1));
    hears(SECOND);
    assertThat(out.take()).isEmpty();
    Life third = new Life(7, 3, 73);
    assertThat(hears(third)).isFalse();
    assertThat(out.take()).containsExactly("send a " + new Message.WhoAreYou(4, 1));
    assertThat(hears(SECOND)).isFalse();
    assertThat(out.take()).isEmpty();
  }

  @Test
  void itAnswersWhatItDrewAtAnyOfItsStarts() {
    for (long start = 0; start <= 4; start++) {
      peers.receive("a", new Message.WhoAreYou(5, start), out);
    }
    assertThat(out.take())
        .containsExactly(
            "send a " + new Message.IAm(5, 0),
            "send a " + new Message.IAm(5, 91),
            "send a " + new Message.IAm(5, 92),
            "send a " + new Message.IAm(5, 93),
            "send a " + new Message.IAm(5, 0));
  }

  @Test
  void whoIsNotHeardIsAnsweredAllTheSame_forItMayHoldThisOneForANewcomerToo() {
    peers.unheard("a", SECOND, new Message.WhoAreYou(5, 3), out);
    assertThat(out.take()).containsExactly("send a " + new Message.IAm(5, 93));
    peers.unheard("a", SECOND, new Message.Barred(93, Barring.COPY, Epoch.BIRTH), out);
    assertThat(peers.isBarred()).as("by one that is not heard").isFalse();
  }

  @Test
  void whatIsSaidOfAnotherLifeUnderItsNameDoesNotBarIt() {
    peers.receive("a", new Message.Barred(92, Barring.COPY, Epoch.BIRTH), out);
    assertThat(peers.isBarred()).isFalse();
    peers.receive("a", new Message.Barred(93, Barring.COPY, Epoch.BIRTH), out);
    assertThat(peers.isBarred()).isTrue();
    assertThat(out.take())
        .containsExactly(
            "append " + new LogRecord.Barred(Barring.COPY, Epoch.BIRTH), "barred COPY");
  }

  @Test
  void aMemberOfTheEpochBeforeIsNotHeard_andTold() {
    peers = peers(new Past(FORCED, new TreeMap<>(), null));
    assertThat(hears(FIRST)).isFalse();
    assertThat(out.take())
        .containsExactly(
            "send a " + new Message.Barred(71, Barring.FENCED, FORCED), "refused a FENCED");
    assertThat(peers.hears("a", FIRST, FORCED, out)).isTrue();
    assertThat(peers.hears("d", FIRST, Epoch.UNBORN, out)).as("one that joins").isTrue();
  }

  @Test
  void aMemberThatHearsOfALaterEpochIsBarred() {
    assertThat(peers.hears("a", FIRST, FORCED, out)).isFalse();
    assertThat(peers.isBarred()).isTrue();
    assertThat(out.take()).contains("append " + new LogRecord.Barred(Barring.FENCED, FORCED));
  }

  @Test
  void ofTwoMembersThatWereForcedApartNeitherListensToTheOther() {
    peers = peers(new Past(FORCED, new TreeMap<>(), null));
    assertThat(peers.hears("a", FIRST, new Epoch(1, "a"), out)).isFalse();
    assertThat(peers.isBarred()).isFalse();
  }

  @Test
  void whatStandsInALogThatIsCutIsWrittenAgain() {
    hears(FIRST);
    peers.hears("z", FIRST, Epoch.BIRTH, out);
    out.take();
    peers.record(out);
    assertThat(out.take())
        .containsExactly(
            "append " + new LogRecord.EpochBegan(Epoch.BIRTH),
            "append " + new LogRecord.Met("a", FIRST));
  }
}
