package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientSessionTest {
  private static final Settings SETTINGS = Settings.DEFAULT;

  private final MemberClock clock = new MemberClock(1);
  private final MemberContext context =
      new MemberContext(
          "a",
          new SlotLog(Recovered.NOTHING),
          new Configurations(4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
          SETTINGS,
          clock);
  private final Proposer proposer =
      new Proposer(context, new Election(SETTINGS, bound -> 0, clock), Ballot.NONE);

  /** A caller that reads twice as soon as a read of its own has failed. */
  private final Transcript readsAgain =
      new Transcript() {
        @Override
        public void completeReads(long first, long last, Outcome outcome) {
          LongStream.rangeClosed(first, last).forEach(failed::add);
          session.read(level);
          session.read(level);
        }
      };

  private final List<Long> failed = new ArrayList<>();
  private final ClientSession session = new ClientSession(7, context, proposer, readsAgain);
  private ReadLevel level = ReadLevel.LOCAL;

  static Stream<ReadLevel> levels() {
    return Stream.of(
        ReadLevel.LINEARIZABLE, ReadLevel.LEASE, ReadLevel.bounded(1), ReadLevel.notBefore(5));
  }

  @MethodSource("levels")
  @ParameterizedTest
  void aCallerWhoseReadFailedMayReadAgainAtOnce(ReadLevel level) {
    int reads = 20;
    this.level = level;
    for (int i = 0; i < reads; i++) {
      session.read(level);
      session.flush(0, readsAgain);
    }

    clock.set(1 + SETTINGS.requestTimeout());
    session.tick(readsAgain);

    assertThat(failed).containsExactlyElementsOf(LongStream.rangeClosed(1, reads).boxed().toList());
  }
}
