package dev.synod.core.proposer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.Transcript;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Election;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.QuorumSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader that sends to a phase-2 quorum first. */
class ThriftyTargetsTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final Configuration FIRST = Configuration.first(QuorumSystem.counts(NAMES, 4, 2));
  private static final Settings SETTINGS =
      new Settings(
          50,
          500,
          100,
          10_000,
          1_000,
          1_000,
          1_000,
          1_000,
          Settings.Compaction.DEFAULT,
          Settings.Sessions.DEFAULT,
          Settings.Lease.OFF,
          true);
  private static final Ballot BALLOT = new Ballot(1, "c");

  private final Transcript out = new Transcript();
  private final SlotLog log = new SlotLog(Recovered.NOTHING);
  private final MemberClock clock = new MemberClock(1, 1);
  private final MemberContext context =
      new MemberContext("c", log, new Configurations(8, FIRST), SETTINGS, clock);

  @Test
  void choosesAQuorumOfThoseItHears_withItselfInIt() {
    ThriftyTargets thriftyTargets = new ThriftyTargets(context);
    assertThat(thriftyTargets.targets(FIRST)).as("it hears nobody yet").isEqualTo(NAMES);
    thriftyTargets.choose(FIRST, 0b11111);
    assertThat(thriftyTargets.targets(FIRST)).containsExactly("a", "c");
    assertThat(thriftyTargets.targets(FIRST.withId(2)))
        .as("another configuration")
        .isEqualTo(NAMES);
    thriftyTargets.choose(FIRST, 0b11100);
    assertThat(thriftyTargets.targets(FIRST)).containsExactly("c", "d");
    clock.set(1_000, 1_000);
    thriftyTargets.late();
    clock.set(1_499, 1_499);
    assertThat(thriftyTargets.targets(FIRST)).as("one was late").isEqualTo(NAMES);
    clock.set(1_500, 1_500);
    assertThat(thriftyTargets.targets(FIRST)).containsExactly("c", "d");
    thriftyTargets.choose(FIRST, 0);
    assertThat(thriftyTargets.targets(FIRST)).as("no quorum").isEqualTo(NAMES);
  }

  @Test
  void whoIsNotThriftySendsToAll() {
    ThriftyTargets thriftyTargets =
        new ThriftyTargets(
            new MemberContext("c", log, new Configurations(8, FIRST), Settings.DEFAULT, clock));
    thriftyTargets.choose(FIRST, 0b11111);
    assertThat(thriftyTargets.targets(FIRST)).isEqualTo(NAMES);
  }

  /** Both clocks show the same. */
  private void tick(Proposer proposer, long now) {
    clock.set(now, now);
    proposer.tick(now, out);
  }

  /** A leader that hears all, and whose first own value, with which it begins, is chosen. */
  private Proposer leader() {
    Proposer proposer =
        new Proposer(context, new Election(SETTINGS, bound -> 0, clock), Ballot.NONE);
    tick(proposer, 1_000);
    NAMES.forEach(
        name -> proposer.receive(name, new Message.PreVoteReply(1, false, Ballot.NONE), out));
    NAMES.forEach(
        name ->
            proposer.receive(
                name, new Message.Promise(BALLOT, 1, Long.MAX_VALUE, List.of(), 0), out));
    NAMES.forEach(name -> proposer.receive(name, new Message.HeartbeatAck(BALLOT, 1, false), out));
    tick(proposer, 1_050);
    proposer.flush(out);
    proposer.tell(out);
    assertThat(proposer.leads()).isTrue();
    Command begins =
        new Command(GroupCommand.NO_SESSION, 1, 0, GroupCommand.LeaderBegins.PLAIN.toBytes());
    decide(proposer, new Entry(1, BALLOT, new Value.Builder().add(begins).build(1_050)));
    out.take();
    return proposer;
  }

  private void decide(Proposer proposer, Entry entry) {
    log.accept(entry);
    proposer.receive("a", new Message.Accepted(BALLOT, entry.slot()), out);
    proposer.receive("c", new Message.Accepted(BALLOT, entry.slot()), out);
    proposer.flush(out);
    log.choose(BALLOT, entry.slot());
    proposer.tell(out);
  }

  private static List<String> about(String kind, List<String> lines) {
    return lines.stream().filter(line -> line.contains(kind + "[")).toList();
  }

  /** Whoever was not sent the Accept has not been told what it says, and has no value. */
  @Test
  void theOthersAreTaughtWhatIsChosen() {
    Proposer proposer = leader();
    proposer.submit(new Command(5, 1, 0, new byte[] {1}));
    proposer.flush(out);
    Value value = new Value.Builder().add(new Command(5, 1, 0, new byte[] {1})).build(1_050);
    Message.Accept accept = new Message.Accept(BALLOT, 2, value, 1);
    assertThat(about("Accept", out.take())).containsExactly("send a " + accept, "send c " + accept);

    Entry entry = new Entry(2, BALLOT, value);
    decide(proposer, entry);
    Message.Chosen notice = new Message.Chosen(BALLOT, 2);
    Message.Learned lesson = new Message.Learned(List.of(entry), 2);
    assertThat(out.take())
        .containsExactly(
            "send c " + notice,
            "send a " + notice,
            "send b " + lesson,
            "send d " + lesson,
            "send e " + lesson);

    // The next Accept carries the notice to those who get it, and to nobody else.
    proposer.tell(out);
    assertThat(out.take()).as("each once").isEmpty();
  }

  @Test
  void aLateAnswerIsNotWaitedFor() {
    Proposer proposer = leader();
    proposer.submit(new Command(5, 1, 0, new byte[] {1}));
    proposer.flush(out);
    proposer.receive("c", new Message.Accepted(BALLOT, 2), out);
    NAMES.forEach(name -> proposer.receive(name, new Message.HeartbeatAck(BALLOT, 2, false), out));
    out.take();
    tick(proposer, 1_150);
    assertThat(about("Accept", out.take())).as("to all that did not answer").hasSize(4);
    proposer.submit(new Command(5, 2, 0, new byte[] {1}));
    proposer.flush(out);
    assertThat(about("Accept", out.take())).as("and the next one to all").hasSize(5);
  }
}
