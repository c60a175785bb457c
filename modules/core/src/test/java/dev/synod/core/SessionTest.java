package dev.synod.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Settings SETTINGS = Settings.DEFAULT;

  private final Proposer proposer =
      new Proposer(
          "a",
          new SlotLog(Recovered.NOTHING),
          new Configurations(4, Configuration.first(QuorumSystem.majority(List.of("a", "b", "c")))),
          SETTINGS,
          new Election(SETTINGS, bound -> 0, 1),
          Ballot.NONE,
          1);
  private final Session session = new Session(7, "a", SETTINGS, proposer, 1);

  @Test
  void whoIsToldThatAReadFailedMayReadAgainAtOnce() {
    int reads = 20;
    List<Long> failed = new ArrayList<>();
    Effects readsAgain =
        new Transcript() {
          @Override
          public void completeRead(long read, Outcome outcome) {
            failed.add(read);
            session.read();
            session.read();
          }
        };
    for (int i = 0; i < reads; i++) {
      session.read();
    }

    session.tick(1 + SETTINGS.requestTimeout(), readsAgain);

    assertThat(failed).containsExactlyElementsOf(LongStream.rangeClosed(1, reads).boxed().toList());
  }
}
