package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposerTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final Ballot OLD = new Ballot(1, "b");
  private static final Ballot BALLOT = new Ballot(2, "a");

  private final List<Message.Accept> accepts = new ArrayList<>();
  private final Transcript out =
      new Transcript() {
        @Override
        public void send(String member, Message message) {
          if (message instanceof Message.Accept accept && member.equals("b")) {
            accepts.add(accept);
          }
        }
      };
  private final SlotLog log = new SlotLog(Recovered.NOTHING);

  private static Value value(int content, long time) {
    return new Value.Builder().add(new Command(5, content, 0, new byte[1])).build(time);
  }

  /** Seed 1840: what was chosen already took no part in the clock, being applied only later. */
  @Test
  void aLeaderBeginsAfterTheSlotsThatItLearnedBeyondAGap() {
    log.learn(new Entry(2, OLD, value(2, 5_000)));
    MemberClock clock = new MemberClock(1);
    MemberContext context =
        new MemberContext(
            "a",
            log,
            new Configurations(8, Configuration.first(QuorumSystem.majority(NAMES))),
            Settings.DEFAULT,
            clock);
    Proposer proposer =
        new Proposer(context, new Election(Settings.DEFAULT, bound -> 0, clock), OLD);
    clock.set(1_000);
    proposer.tick(1_000, out);
    NAMES.forEach(name -> proposer.receive(name, new Message.PreVoteReply(1, false, OLD), out));
    Entry first = new Entry(1, OLD, value(1, 4_000));
    NAMES.forEach(
        name ->
            proposer.receive(
                name, new Message.Promise(BALLOT, 1, Long.MAX_VALUE, List.of(first), 0), out));
    proposer.flush(out);
    assertThat(accepts).extracting(Message.Accept::slot).containsExactly(1L, 3L);
    assertThat(accepts).extracting(accept -> accept.value().time()).containsExactly(4_000L, 5_000L);
  }
}
