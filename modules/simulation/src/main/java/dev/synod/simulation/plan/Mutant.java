package dev.synod.simulation.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The classic mistakes, each of which the simulator must detect. Most are edits of the production
 * source, compiled when the mutant is hunted ({@code MutantLoader}); mistakes of the host are made
 * by {@code NodeProcess} and {@code LogDisk}.
 */
public enum Mutant {
  // ---- the host -------------------------------------------------------------------------------

  /** Accepted leaves before its record is durable (I6). */
  ACCEPTED_BEFORE_DURABLE(
      "core/host/DurableSends",
      "if (held.isEmpty() && isDurable(appended)) {",
      "if (message instanceof Message.Accepted || held.isEmpty() && isDurable(appended)) {"),

  /** Promise leaves before its record is durable (I6). */
  PROMISE_BEFORE_DURABLE(
      "core/host/DurableSends",
      "if (held.isEmpty() && isDurable(appended)) {",
      "if (message instanceof Message.Promise || held.isEmpty() && isDurable(appended)) {"),

  /** Prepare leaves before the ballot is durable (I4). */
  PREPARE_BEFORE_DURABLE(
      "core/host/DurableSends",
      "if (held.isEmpty() && isDurable(appended)) {",
      "if (message instanceof Message.Prepare || held.isEmpty() && isDurable(appended)) {"),

  /** A member whose disk was lost takes part again under its old name. */
  WIPED_DISK_REJOINS,

  /** A member that has left comes back under its old name, with an empty disk. */
  RETIRED_MEMBER_STARTS_AGAIN,

  /** A member is started from an old copy of its disk. */
  OLD_COPY_RESTORED,

  /** A command is acknowledged when it is proposed. */
  ACKNOWLEDGED_BEFORE_APPLIED,

  /** The log is cut before the snapshot that takes its place is durable. */
  CUT_BEFORE_SNAPSHOT_IS_DURABLE(
      "storage/snapshot/SnapshotTasks",
      "write(state, draft);",
      "write(state, draft); SnapshotStore.Draft copy = SnapshotStore.inMemory().draft(slot);"
          + " write(state, copy); Snapshot early = copy.publish();"
          + " tell(member -> member.snapshotTaken(early));",
      "tell(member -> member.snapshotTaken(taken));",
      ""),

  /** Roles go by the time of the last tick, though the member stood still since. */
  TIME_TOLD_BY_TICKS_ONLY,

  /** All of a turn is handled by the time at which its first message came. */
  TIME_TOLD_ONCE_A_TURN,

  /** There are leases, and clocks that part by more than they bear. */
  CLOCKS_BEYOND_THE_DRIFT_BOUND,

  // ---- the acceptor ---------------------------------------------------------------------------

  /** An Accept with a higher ballot does not raise the promise (I6). */
  ACCEPT_DOES_NOT_RAISE_PROMISE(
      "core/paxos/Acceptor", "promised = ballot; log.accept(entry);", "log.accept(entry);"),

  /** An Accept below the promise is accepted. */
  LOWER_BALLOT_ACCEPTED(
      "core/paxos/Acceptor",
      "if (ballot.isBelow(promised)) { out.send(from, new Nack(ballot, promised)); return; } if"
          + " (log.isChosen(slot))",
      "if (log.isChosen(slot))"),

  /** A Prepare below the promise is answered with a Promise. */
  LOWER_BALLOT_PROMISED(
      "core/paxos/Acceptor",
      "if (ballot.isBelow(promised)) { out.send(from, new Nack(ballot, promised)); return; }"
          + " if (promised.isBelow(ballot) && isLeased()) {",
      "if (promised.isBelow(ballot) && isLeased()) {"),

  /** What is accepted again keeps the ballot it had before (I3). */
  OLD_BALLOT_KEPT(
      "core/paxos/Acceptor",
      "new Entry(slot, ballot, accept.value())",
      "new Entry(slot, known != null && known.value().equals(accept.value()) ? known.ballot() :"
          + " ballot, accept.value())"),

  /** Slots of damaged records are shown as empty (I2). */
  DAMAGED_SLOTS_ARE_EMPTY(
      "core/paxos/Acceptor",
      "long unknown = log.firstUnknown(first);",
      "long unknown = Long.MAX_VALUE;"),

  /** A late Accept for a slot known chosen is voted for (I7). */
  VOTE_OVER_CHOSEN(
      "core/paxos/Acceptor",
      "out.send(from, new Learned(log.page(slot, slot, settings.maxPage()), log.chosen()));",
      "out.sendAfter(from, new Accepted(ballot, slot));"),

  // ---- the proposer ---------------------------------------------------------------------------

  /** The value reported most often is proposed, instead of the one at the highest ballot (I3). */
  MOST_REPORTED_WINS(
      "core/proposer/Phase1",
      "private long highest;",
      "private final TreeMap<String, Integer> replies = new TreeMap<>(); private long highest;"
          + " private Entry most(Entry old, Entry other) { return replies.getOrDefault(name(other),"
          + " 0) > replies.getOrDefault(name(old), 0) ? other : old; } private static String"
          + " name(Entry entry) { return entry.slot() + \"/\" + entry.ballot(); }",
      "highest = Math.max(highest, entry.slot());",
      "highest = Math.max(highest, entry.slot()); replies.merge(name(entry), 1, Integer::sum);",
      "(old, other) -> old.ballot().isBelow(other.ballot()) ? other : old",
      "this::most"),

  /** The value at the lowest ballot is proposed (I3). */
  LOWEST_BALLOT_WINS(
      "core/proposer/Phase1",
      "old.ballot().isBelow(other.ballot()) ? other : old",
      "old.ballot().isBelow(other.ballot()) ? old : other"),

  /** What phase 1 reports is ignored (I3). */
  REPORTS_IGNORED(
      "core/proposer/ProposalSource",
      "if (reported != null) {",
      "if (reported != null && false) {"),

  /** A page of a Promise counts before the others are there (I2). */
  INCOMPLETE_PAGES_COUNT("core/proposer/Phase1", "of.getValue().complete() && ", ""),

  /** A leader that is refused raises its ballot and goes on, without phase 1. */
  BALLOT_RAISED_WITHOUT_PHASE_ONE(
      "core/proposer/Proposer",
      "if (state instanceof Leading) { stop(out);",
      "if (state instanceof Leading old) { Ballot raised = new Ballot(highest.round() + 1, self);"
          + " highest = raised; out.append(new LogRecord.Campaigned(raised)); state = new"
          + " Leading(raised, old.promises(), new Phase2(raised, context,"
          + " thriftyTargets), new Heartbeats(raised, settings.lease(), clock)); next ="
          + " log.chosen() + 1;"),

  /** No no-op is proposed for a gap (I3). */
  GAPS_LEFT(
      "core/proposer/Proposer",
      "if (value == null) { return; }",
      "if (value == null) { return; } if (value.commands() == 0) { next++; continue; }"),

  /** A ballot is used again after a restart (I4). */
  BALLOT_REUSED(
      "core/member/Member",
      "election, max(promised, recovered.campaigned())",
      "election, promised"),

  /** Phase 1 counts a majority instead of asking the quorum system. */
  MAJORITY_FOR_PHASE_ONE(
      "core/proposer/Proposer",
      "return configuration.quorums().isQuorum(Phase.ONE, promises().covering(slot,"
          + " configuration));",
      "return 2 * Long.bitCount(promises().covering(slot, configuration)) >"
          + " configuration.acceptors().size();"),

  /** Phase 2 counts a majority instead of asking the quorum system. */
  MAJORITY_FOR_PHASE_TWO(
      "core/proposer/Phase2",
      "proposal.tally.verdict() == Verdict.WON",
      "2 * Long.bitCount(proposal.tally.granted()) > proposal.configuration.acceptors().size()"),

  /** Phase 1 asks for a phase-2 quorum. */
  PHASE_TWO_FOR_PHASE_ONE(
      "core/proposer/Proposer",
      "isQuorum(Phase.ONE, promises().covering",
      "isQuorum(Phase.TWO, promises().covering"),

  /** Phase 2 asks for a phase-1 quorum. */
  PHASE_ONE_FOR_PHASE_TWO(
      "core/proposer/Phase2",
      "configuration.quorums().tally(Phase.TWO)",
      "configuration.quorums().tally(Phase.ONE)"),

  /** A vote for another ballot counts (I5, I7). */
  VOTE_OF_ANOTHER_BALLOT_COUNTS(
      "core/proposer/Proposer",
      "if (state instanceof Leading leading && accepted.ballot().equals(leading.ballot())) {",
      "if (state instanceof Leading leading) {"),

  /** A leader that has learned another value than its own goes on to send notices (I7). */
  NOTICE_AFTER_ANOTHER_VALUE("core/proposer/Phase2", "return false;", "proposal.chosen = true;"),

  /** A leader that has learned its own value at a higher ballot goes on to send notices (I7). */
  NOTICE_AFTER_A_HIGHER_BALLOT(
      "core/proposer/Phase2",
      "return !ballot.isBelow(entry.ballot()) && entry.value().equals(proposal.value);",
      "return entry.value().equals(proposal.value);"),

  /** What a quorum answers late is not sent to the others. */
  THRIFTY_FOR_EVER(
      "core/proposer/Phase2",
      "send(of.getKey(), proposal, proposal.configuration.acceptors(), out);",
      "send(of.getKey(), proposal,"
          + " List.copyOf(proposal.configuration.quorums().smallest(Phase.TWO)), out);"),

  /** Members that are no acceptors receive Accepts as well, and their votes count. */
  VOTE_OF_A_LEARNER_COUNTS(
      "core/proposer/Phase2",
      "boolean sentToSelf; long sentAt;",
      "boolean sentToSelf; final java.util.TreeSet<String> voters = new java.util.TreeSet<>();"
          + " long sentAt;",
      "thriftyTargets.targets(configuration)",
      "configuration.members()",
      "proposal.configuration.acceptors(), out)",
      "proposal.configuration.members(), out)",
      "proposal.tally.grant(from) && proposal.tally.verdict() == Verdict.WON",
      "proposal.voters.add(from) && proposal.voters.size() >="
          + " proposal.configuration.quorums().smallestSize(Phase.TWO)"),

  /** An Accept tells that all slots before its own are chosen (I7). */
  ACCEPT_TELLS_TOO_MUCH(
      "core/proposer/Phase2",
      "new Accept(ballot, slot, proposal.value, chosen)",
      "new Accept(ballot, slot, proposal.value, slot - 1)"),

  /** A leader proposes beyond the window (I1). */
  WINDOW_EXCEEDED(
      "core/proposer/Proposer",
      "next <= configurations.known() + configurations.alpha() && covered(next)",
      "next <= configurations.known() + configurations.alpha() + 1 && covered(next)"),

  /** A leader that stops makes its successor a candidate, though another leads since. */
  TAKES_OVER_FROM_A_LATER_LEADER(
      "core/proposer/Proposer", "if (ballot.isBelow(highest)) { return; }", ""),

  /** Commands wait at the leader without bound. */
  QUEUE_UNBOUNDED("core/proposer/CommandQueue", "bytes + size > maxBytes", "false"),

  /** A full queue has no room for a member that has nothing in it. */
  MEMBER_CROWDED_OUT("core/proposer/CommandQueue", "source.waiting > 0", "!commands.isEmpty()"),

  // ---- the learner ----------------------------------------------------------------------------

  /** Chosen(b, k) is applied to what was accepted at another ballot (I7). */
  CHOSEN_APPLIED_TO_STALE_ACCEPT(
      "core/paxos/SlotLog", "next == null || !next.ballot().equals(ballot)", "next == null"),

  /** A learned value does not take the place of a stale accept (I7). */
  LEARNED_KEEPS_STALE_ACCEPT(
      "core/paxos/SlotLog",
      "put(entry); chosenAhead.add(entry.slot());",
      "if (get(entry.slot()) == null) { put(entry); } chosenAhead.add(entry.slot());"),

  // ---- reads ----------------------------------------------------------------------------------

  /** A read is confirmed by a beat that was sent before it was asked. */
  READ_BY_AN_OLD_BEAT("core/proposer/Heartbeats", "return sent + 1;", "return sent;"),

  /** A read is not confirmed at all. */
  READ_WITHOUT_BEAT(
      "core/proposer/PendingReadIndex",
      "if (inquiry.leased() && lease) {",
      "if (!inquiry.leased() || lease) {",
      "new ReadIndexReply(inquiry.number(), chosen, true)",
      "new ReadIndexReply(inquiry.number(), chosen, inquiry.leased())"),

  /** A read is confirmed by a single answer. */
  READ_BY_ANY_ANSWER(
      "core/proposer/Heartbeats",
      "return configuration.quorums().isQuorum(Phase.TWO, set);",
      "return set != 0;"),

  /** A read is served before the suffix that phase 1 brought up is decided. */
  READ_BEFORE_RECOVERED_SUFFIX(
      "core/proposer/Proposer",
      "chosen >= leading.promises().highest() && values.hasBegun(chosen) && covered(chosen + 1)",
      "covered(chosen + 1)"),

  /** A read is answered before its slot is applied. */
  READ_BEFORE_APPLIED(
      "core/replica/PendingReads", "next != null && next.slot() <= slot", "next != null"),

  /** A read takes the answer to a question that was asked before it. */
  READ_BY_AN_EARLIER_QUESTION(
      "core/replica/PendingReads",
      "if (reply.number() != inquiry.number()) {",
      "if (reply.number() > inquiry.number()) {",
      "for (Batch reads = asked.poll();",
      "asked.addAll(open); open.clear(); for (Batch reads = asked.poll();"),

  /** After a restart, a late answer to the life before is taken for one to this one. */
  QUESTION_NUMBERED_ANEW(
      "core/replica/PendingReads", "new ReadIndex(unique >>> 2, false)", "new ReadIndex(0, false)"),

  /** The lease counts from when the answer came, instead of when the beat was sent. */
  LEASE_COUNTED_FROM_THE_REPLY(
      "core/proposer/Heartbeats",
      "answeredAt.put(from, clock.now());",
      "answeredAt.put(from, clock.now()); sentAt.put(number, new Moment(clock.now(),"
          + " clock.wall()));"),

  /** A lease is counted in full, as if all clocks ran alike. */
  LEASE_WITHOUT_DRIFT("core/host/Settings", "return duration - drift;", "return duration;"),

  /** The leader counts on a lease for longer than it was granted. */
  LEASE_LONGER_AT_THE_LEADER(
      "core/paxos/Acceptor", "clock.now() + lease + 1", "clock.now() + lease / 2"),

  /** A single acceptor's grant is enough. */
  LEASE_BY_ANY_GRANT(
      "core/proposer/Heartbeats",
      "isQuorum(granted, number, configuration)) {",
      "!granted.isEmpty()) {"),

  /** A lease is used where acceptors of another configuration decide. */
  LEASE_OF_ANOTHER_CONFIGURATION(
      "core/proposer/Heartbeats", "&& leasedIn == configuration.id()", ""),

  /** An acceptor that was started again promises at once what its lease forbids. */
  LEASE_FORGOTTEN_ON_RESTART("core/paxos/Acceptor", "leaseEnd(longestLease);", "clock.now();"),

  /** An acceptor that was started again waits for a lease by its settings, which may be shorter. */
  LEASE_WAITED_FOR_BY_THE_SETTINGS(
      "core/paxos/Acceptor",
      "leaseEnd(longestLease);",
      "leaseEnd(Math.min(longestLease, settings.lease().duration()));"),

  /** A leader that slept goes on to answer by its lease. */
  LEASE_OUTLASTS_A_SLEEP("core/proposer/Heartbeats", "&& clock.wall() < leasedUntilWall", ""),

  /** A member that slept takes what it knew before for fresh. */
  SLEEP_NOT_COUNTED_AS_STALENESS(
      "core/replica/PendingReads", "&& clock.wall() - freshAtWall <= bound", ""),

  /** An acceptor promises another ballot while its lease runs. */
  PROMISE_AGAINST_THE_LEASE(
      "core/paxos/Acceptor", "promised.isBelow(ballot) && isLeased()", "false"),

  /** A leader that resigns goes on to answer by the lease that it gave back. */
  LEASE_KEPT_AFTER_RESIGNING(
      "core/proposer/Proposer",
      "if (!atOnce && !(values.isEmpty() && leading.phase2().isEmpty())) {",
      "for (String acceptor : configuration().acceptors()) { out.send(acceptor, new"
          + " Resigned(leading.ballot())); } if (!atOnce) {"),

  /** How old an answer is counts from when it came, instead of when it was asked for. */
  STALENESS_COUNTED_FROM_THE_ANSWER(
      "core/replica/PendingReads",
      "freshAt = askedAt; freshAtWall = askedAtWall;",
      "freshAt = clock.now(); freshAtWall = clock.wall();"),

  /** A member answers at once, whatever slot the reader has seen. */
  NOT_BEFORE_IGNORED(
      "core/replica/PendingReads",
      "new Reached(number, number, level.bound()",
      "new Reached(number, number, 0"),

  // ---- configurations -------------------------------------------------------------------------

  /** A change is in use at once, where slots are under way that do not know of it. */
  CHANGE_IN_USE_AT_ONCE("core/paxos/Configurations", "slot + alpha;", "slot + 1;"),

  /** A leader takes the configuration that it knows for that of slots too far ahead (I1). */
  CONFIGURATION_USED_BEFORE_KNOWN(
      "core/paxos/Configurations",
      "return slot <= known + alpha;",
      "return true;",
      "public long alpha() { return alpha;",
      "public long alpha() { return alpha + 1;"),

  /** Slots of the new configuration are decided by the votes of the old one (I5). */
  VOTES_OF_ANOTHER_CONFIGURATION_COUNT(
      "core/proposer/Proposer",
      "phase2.propose(next, value, configurations.at(next), out);",
      "phase2.propose(next, value, configurations.current(), out);"),

  /** Promises of the old configuration are taken for slots of the new one (I2). */
  PHASE_ONE_OF_ANOTHER_CONFIGURATION(
      "core/proposer/Proposer",
      "Configuration configuration = configurations.at(slot); return",
      "Configuration configuration = configurations.current(); return"),

  /** A second change is made before the first is in use. */
  TWO_CHANGES_PENDING(
      "core/paxos/Configurations", "if (next != null) { return new", "if (false) { return new"),

  /** The id of a member that left is used again. */
  ID_USED_AGAIN("core/paxos/Configurations", "if (left.containsKey(name)) {", "if (false) {"),

  /** A member that left stops when one of the others knows what it knows. */
  RETIRES_WHEN_ANY_KNOWS(
      "core/member/Retirement", "tally.verdict() == Verdict.WON", "tally.granted() != 0"),

  /** A member that left stops though the last slots it has a say in are not known. */
  RETIRES_BEFORE_THE_LAST_SLOTS(
      "core/member/Retirement",
      "durableSlotReply.slot() >= configurations.currentFrom() - 1",
      "durableSlotReply.slot() >= configurations.currentFrom() - configurations.alpha()"),

  /** What is known, and not durably, is told as kept. */
  KEPT_BEFORE_DURABLE(
      "core/paxos/Learner",
      "out.sendAfter(from, new DurableSlotReply(",
      "out.send(from, new DurableSlotReply("),

  // ---- members that do not do everything ------------------------------------------------------

  /** A member without a state machine compacts its log without a snapshot. */
  WITNESS_CUTS_WITHOUT_A_SNAPSHOT(
      "core/member/SnapshotSource",
      "askedAt = clock.now(); ask(out);",
      "askedAt = clock.now(); log.cut(replica.applied()); out.append(new"
          + " LogRecord.Truncated(replica.applied()));"),

  /** A member without a state machine takes a snapshot. */
  WITNESS_TAKES_A_SNAPSHOT(
      "core/member/SnapshotSource",
      "if (own) { take(written);",
      "if (own || clock.now() > 0) { take(written);",
      "if (!own) { wanted = false; writtenThen = written; }",
      ""),

  // ---- clients that are no members ------------------------------------------------------------

  /** A client changes the group. */
  OUTSIDER_CHANGES_THE_GROUP(
      "core/member/Followers", "return most > 0 && own;", "return most > 0;"),

  /** What was told to a client is taken for what it knows, whatever it asks for. */
  TOLD_IS_TAKEN_FOR_KNOWN(
      "core/member/Followers",
      "client.from = from;",
      "client.from = Math.max(client.from, from);",
      "client.waits = false;",
      "client.waits = false; client.from = log.chosen() + 1;",
      "if (client.from <= log.floor()) {",
      "if (from <= log.floor()) {",
      "log.page(client.from,",
      "log.page(from,",
      "if (!client.waits || client.from > log.chosen()) {",
      "long from = client.from; if (!client.waits || client.from > log.chosen()) {"),

  /** A client is taught what is left in the log, above what is compacted away. */
  CLIENT_BELOW_THE_FLOOR_IS_TAUGHT(
      "core/member/Followers", "if (client.from <= log.floor()) {", "if (false) {"),

  // ---- commands -------------------------------------------------------------------------------

  /** A command is applied as often as it was proposed. */
  APPLIED_TWICE(
      "core/replica/Replica",
      "if (live.isNew(sequence)) {",
      "if (live.isNew(sequence) || sequence > 0) {"),

  /** A command of unknown fate is told as refused. */
  UNKNOWN_TOLD_AS_REFUSED(
      "core/replica/ClientSession",
      "request.sent ? new Outcome.Unknown() : new Outcome.NoQuorum()",
      "new Outcome.NoQuorum()"),

  /** The time in the log falls when a leader's clock is behind. */
  TIME_FALLS(
      "core/replica/Replica",
      "Math.max(position.time, entry.value().time())",
      "entry.value().time()"),

  /** A leader's time jumps when its wall clock is set. */
  TIME_FOLLOWS_THE_WALL_CLOCK(
      "core/proposer/LogClock",
      "Math.max(-most, Math.min(most, wallClock - time - passed))",
      "Math.max(-most, wallClock - time - passed)"),

  /** The no-ops that bring a change into use are stamped with the wall clock. */
  NO_OPS_BY_THE_WALL_CLOCK(
      "core/proposer/ProposalSource", "Value.noOp(clock.time())", "Value.noOp(memberClock.wall())"),

  // ---- deadlines ------------------------------------------------------------------------------

  /** No time passes in a log in which no command is proposed. */
  DEADLINE_FORGOTTEN(
      "core/proposer/ProposalSource", "|| deadlines.isDue(applied(), clock.time())", ""),

  /** A read does not wait for the end of what the leader's clock has passed. */
  READ_BEFORE_THE_END_IS_DECIDED(
      "core/proposer/PendingReadIndex", "if (chosen < ended) {", "if (chosen < 0) {"),

  /** A read does not wait for the end that a proposed value brings. */
  READ_BEFORE_A_PROPOSED_END(
      "core/proposer/Deadlines", "? last : reportedSlot;", "? reportedSlot : reportedSlot;"),

  /** The commands of a slot are applied before its time has passed. */
  COMMAND_BEFORE_TIME(
      "core/replica/Replica",
      "passTime(); command(session, sequence, acknowledged, payload, index);",
      "command(session, sequence, acknowledged, payload, index);"),

  /** A leader without a state machine is not told of deadlines. */
  DEADLINE_NOT_REPORTED(
      "core/member/DeadlineReport", "out.send(leader.member(), new Message.Deadline(next));", ""),

  // ---- sessions -------------------------------------------------------------------------------

  /** A member ends sessions by its own clock. */
  SESSION_EXPIRED_BY_LOCAL_CLOCK(
      "core/member/Member",
      "session.tick(effects);",
      "session.tick(effects); replica.expire(wallClock);"),

  /** A late copy of a command of a session that has expired brings the session back. */
  EXPIRED_SESSION_REBORN(
      "core/replica/Replica",
      "if (live == null) {",
      "if (live == null && sessions.open(session, -session, 1_000, position.time) != 0) { live ="
          + " sessions.find(session); } if (live == null) {"),

  /** Each copy of a request for a session opens another one. */
  SESSION_OPENED_TWICE(
      "core/replica/SessionTable", "if (known != null) {", "if (false && known != null) {"),

  /** What a command ended with is forgotten before its client has acknowledged it. */
  RESULT_FORGOTTEN_UNACKNOWLEDGED("core/replica/Replica", "live.keep(sequence, outcome);", ""),

  /** A session's client holds a command for lost that is applied in time. */
  EXPIRED_BEFORE_THE_LOG_SAYS_SO(
      "core/replica/ClientSession",
      "if (leader.equals(Ballot.NONE)) { return; } long timeout",
      "if (id != GroupCommand.NO_SESSION && clock.now() - heardAt > settings.sessions().timeout())"
          + " { ended(id); } if (leader.equals(Ballot.NONE)) { return; } long timeout"),

  // ---- snapshots ------------------------------------------------------------------------------

  /** Slots that are compacted away are shown as empty (I2). */
  COMPACTED_SLOTS_ARE_EMPTY(
      "core/paxos/Acceptor",
      "if (first <= log.floor() || unknown == first) {",
      "if (unknown == first) {"),

  /** A page below the floor counts, if one before it was above (I2). */
  PAGE_BELOW_THE_FLOOR_COUNTS(
      "core/proposer/Phase1",
      "pages.remove(acceptor);",
      "if (before != null) { pages.put(acceptor, new Pages(before.from(), Long.MAX_VALUE)); }"),

  /** Installing a snapshot lowers the promise (I6). */
  SNAPSHOT_LOWERS_PROMISE(
      "core/member/Member",
      "private final Acceptor acceptor;",
      "private Acceptor acceptor;",
      "snapshotManager.ready(snapshot, state, effects);",
      "boolean jumps = snapshot.slot() > log.chosen(); snapshotManager.ready(snapshot, state,"
          + " effects); if (jumps) { acceptor = new Acceptor(context, Ballot.NONE, 0); }"),

  /** After a restart, what was learned counts for what was promised, until it is cut off. */
  LEARNED_TAKEN_FOR_PROMISED(
      "core/member/Member",
      "Ballot promised = recovered.promised();",
      "Ballot promised = recovered.promised(); for (Entry entry : recovered.entries()) { promised ="
          + " max(promised, entry.ballot()); }"),

  /** A snapshot does not hold the sessions, and what was applied for whom. */
  SNAPSHOT_WITHOUT_SESSIONS(
      "core/replica/Replica", "clients.write(out);", "new SessionTable().write(out);"),

  /** A snapshot does not hold the log's time. */
  SNAPSHOT_WITHOUT_TIME("core/replica/Replica", "position.time = time;", ""),

  /** A snapshot does not hold who is in the group. */
  SNAPSHOT_WITHOUT_CONFIGURATIONS(
      "core/replica/Replica", "configurations.become(then);", "configurations.applied(slot);"),

  /** A snapshot makes chosen whatever was accepted below it (I7). */
  SNAPSHOT_CHOOSES_STALE_ACCEPTS(
      "core/paxos/SlotLog",
      "chosenAhead.headSet(slot, true).clear(); cut(slot);",
      "if (!entries.containsKey(floor + 1)) { cut(slot); }"),

  /** A member without its snapshot goes on from an empty state. */
  LOST_STATE_TAKEN_FOR_EMPTY(
      "core/paxos/Learner",
      "while (delivered < log.chosen() && !isStateLost()) {",
      "delivered = Math.max(delivered, log.floor()); while (delivered < log.chosen()) {"),

  /** The log behind a snapshot is compacted although a member is fetching the snapshot. */
  LOG_CUT_UNDER_WHO_FETCHES(
      "core/member/SnapshotSource",
      "long most = firstLent(snapshot.slot());",
      "long most = snapshot.slot();"),

  /** A snapshot is read without looking at its checksums. */
  SNAPSHOT_WITHOUT_CHECKSUM(
      "storage/snapshot/SnapshotDirectory",
      "return sound ? header : null;",
      "return header;",
      "|| PageFormat.crc(block.flip(), 0, block.limit()) != checksum.getInt(0)) {",
      "|| block.flip().limit() < 0) {"),

  /** The pieces of a snapshot are read behind the snapshot that is being written. */
  READS_BEHIND_WRITES(
      "storage/snapshot/SnapshotTasks",
      "executeBeside( () -> { byte[] bytes",
      "execute( () -> { byte[] bytes"),

  /** A snapshot has its name before its bytes are on the disk. */
  SNAPSHOT_NOT_FORCED(
      "storage/snapshot/SnapshotDirectory",
      "if (forces) { file.force(); } file.close();",
      "file.close();"),

  // ---- callers and links ----------------------------------------------------------------------

  /** Reads that time out are ended one after the other, while the others are still listed. */
  READS_END_WHILE_LISTED(
      "core/replica/PendingReads",
      "List<Reached> late = reached.stream().filter(next -> clock.now() >= next.until()).toList();"
          + " late.forEach(reached::remove); late.forEach(next -> end(",
      "reached.stream().filter(next -> clock.now() >= next.until()).forEach(next -> end(",
      "new Outcome.NoQuorum()));",
      "new Outcome.NoQuorum())); reached.removeIf(next -> clock.now() >= next.until());"),

  /** A page of entries is as long as what is asked for, and larger than a link carries. */
  PAGE_UNBOUNDED("core/paxos/SlotLog", "if (!page.isEmpty() && size > bytes) { break; }", ""),

  // ---- changes of the group -------------------------------------------------------------------

  /** A change is proposed though another one came in between, which it undoes. */
  CHANGE_OF_ANOTHER_BASE(
      "core/member/Reconfiguration",
      "if (refused == null && latest.id() != change.base) {",
      "if (false) {"),

  // ---- who is who -----------------------------------------------------------------------------

  /** Members of the epoch before a forced configuration are accepted. */
  FENCE_NOT_COMPARED(
      "core/member/PeerIdentities", "if (!epoch().listensTo(theirs)) {", "if (false) {"),

  /** A copy of a store that was started less often than the original is listened to. */
  CLONE_LET_IN(
      "core/member/PeerIdentities", "if (incarnation.start() <= known.start()) {", "if (false) {"),

  /** A copy that was started more often is listened to, and not asked what it knows. */
  CLONE_NOT_ASKED(
      "core/member/PeerIdentities", "if (!peer.proven || clock.now()", "if (clock.now()"),

  /** A copy is listened to though the original answers. */
  TWIN_LET_IN(
      "core/member/PeerIdentities", "copy != null && answer.number() == peer.question", "false"),

  /** The accepted incarnations are forgotten over a restart. */
  PEERS_FORGOTTEN(
      "core/member/PeerIdentities",
      "past.met().forEach((name, incarnation) -> peers.put(name, new Peer(incarnation)));",
      ""),

  /** The accepted incarnations are removed with the log. */
  PEERS_CUT_OFF("storage/log/Log", "batch.addAll(identityRecords.records());", ""),

  /** A snapshot tells a member that joins of its group, though not in which epoch that lives. */
  JOINED_BY_SNAPSHOT(
      "core/member/Member",
      "if (configurations.isInitialized() && snapshot.slot() >= log.floor()) {",
      "if (snapshot.slot() >= log.floor()) {"),

  /** A member forgets over a restart in which epoch it lives. */
  EPOCH_FORGOTTEN(
      "core/member/PeerIdentities",
      "this.epoch = past.epoch();",
      "this.epoch = Epoch.first(past.epoch().birth());"),

  /** Two groups that were founded separately under one name listen to each other. */
  BIRTH_NOT_COMPARED(
      "core/message/Epoch",
      "return isUnborn() || other.isUnborn() || equals(other);",
      "return isUnborn() || other.isUnborn() || equals(other.of(birth));"),

  /** A group is founded when a quorum of founders says that it is new. */
  FOUNDED_BY_A_QUORUM(
      "core/member/Founding",
      "if (word == null || word.message().pledgedTo() != incarnation.store()) { return; }",
      "if (word == null) { List<String> heard = new ArrayList<>(words.keySet()); heard.add(self);"
          + " if (foundation.configuration().quorums().isQuorum(dev.synod.quorum.Phase.ONE, heard)"
          + " && foundation.configuration().quorums().isQuorum(dev.synod.quorum.Phase.TWO, heard))"
          + " { continue; } return; }"),

  /** A member of a group that was just founded does not know the disks of the other founders. */
  FOUNDERS_NOT_MET("core/member/Founding", "peerIdentities.found(met, out);", ""),

  // ---- the log --------------------------------------------------------------------------------

  /** What a log says of its member's identity stands in one place only. */
  IDENTITY_WRITTEN_ONCE("storage/log/Log", "if (!again.isEmpty()) {", "if (cuts) {"),

  /** The second place is not written after a crash between the two. */
  SECOND_PLACE_FORGOTTEN("storage/log/Log", "recovery.isIdentityOnce()", "false"),

  /** What a damaged batch in the middle of the log held is dropped like a torn tail. */
  CORRUPTION_TAKEN_FOR_TORN_TAIL("storage/log/Recovery", "replay.lost(slots);", ""),

  /** A damaged batch at the end of the log is dropped, though the disk rots. */
  ROTTEN_TAIL_DROPPED("storage/log/Recovery", "if (strict && !endsCleanly()) {", "if (false) {"),

  /** A force that failed is tried again. */
  FAILED_FORCE_RETRIED(
      "storage/log/Log",
      "file.force(); } unforced = false;",
      "try { file.force(); } catch (IOException once) { file.force(); } } unforced = false;");

  /** A passage of a source and what takes its place; white space does not matter. */
  public record Edit(String before, String after) {}

  private final String file;

  @SuppressWarnings("ImmutableEnumChecker") // List.copyOf
  private final List<Edit> edits;

  Mutant() {
    this.file = "";
    this.edits = List.of();
  }

  Mutant(String file, String... beforeAndAfter) {
    this.file = file;
    List<Edit> list = new ArrayList<>();
    for (int i = 0; i < beforeAndAfter.length; i += 2) {
      list.add(new Edit(beforeAndAfter[i], beforeAndAfter[i + 1]));
    }
    this.edits = List.copyOf(list);
  }

  /** The class that is edited, as {@code module/Class}; empty if the host makes the mistake. */
  public String file() {
    return file;
  }

  public List<Edit> edits() {
    return edits;
  }

  /** Returns the name of the mutant on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The mutant of that label.
   *
   * @throws IllegalArgumentException that lists them all
   */
  public static Mutant of(String label) {
    for (Mutant mutant : values()) {
      if (mutant.label().equals(label)) {
        return mutant;
      }
    }
    throw new IllegalArgumentException(
        "there is no mutant '"
            + label
            + "'; there are "
            + String.join(", ", Arrays.stream(values()).map(Mutant::label).toList()));
  }
}
