package dev.synod.simulation.oracle;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.SlotRange;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.SlotLog;
import dev.synod.quorum.Phase;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Observes the whole cluster and throws a {@link Violation} at the first wrong step. It sees the
 * messages that leave the members, the commands that they apply, and the logs that they recover; it
 * counts votes to find the chosen values by itself.
 */
public final class Oracle {
  private record Place(Ballot ballot, long slot) {}

  /**
   * What a leader stamped a value of its own with, and its monotonic clock, in milliseconds: at its
   * last tick before, and when the value left.
   */
  private record Stamp(long time, long ticked, long clock) {}

  /** What one member has given its word on. */
  private static final class Word {
    Ballot promised = Ballot.NONE;
    final Map<Long, Ballot> accepted = new HashMap<>();

    /** Up to where it said that it knows the log, durably. */
    long kept;
  }

  private final World world;
  private final long alpha;
  private final Configuration birth;
  private final Epochs epochs;

  /** Hash of the state after each slot, from the first member that reached the slot. */
  private final Map<Long, Long> hashes = new HashMap<>();

  /** The same, with the sessions; where a turn of some member ended. */
  private final Map<Long, Long> states = new HashMap<>();

  /** Where each session ended that has. */
  private final Map<Long, Long> ends = new HashMap<>();

  /** Each command's number, and the slot where it was applied. */
  private final Map<Long, Long> applied = new HashMap<>();

  /** When that was, for the first time. */
  private final Map<Long, Long> appliedAt = new HashMap<>();

  private final Map<String, Word> words = new HashMap<>();
  private final Map<Ballot, Long> owners = new HashMap<>();
  private final Map<Place, Value> proposals = new HashMap<>();

  /** The same by slot: one for each ballot. */
  private final Map<Long, List<Value>> proposed = new HashMap<>();

  private final Map<Place, Stamp> stamps = new HashMap<>();
  private final Map<Place, Set<String>> votes = new HashMap<>();

  /** Votes for slots whose configuration is not known yet. */
  private final Set<Place> early = new LinkedHashSet<>();

  private final Map<Long, @Nullable Value> chosen = new HashMap<>();

  /** The lowest ballot that each slot was chosen at. */
  private final Map<Long, Ballot> chosenAt = new HashMap<>();

  private final Set<Long> refused = new HashSet<>();
  private final Set<String> retired = new HashSet<>();
  private long acknowledged;
  private long acknowledgedSlot;

  /** The same as it was at any time. */
  private final TreeMap<Long, Long> acknowledgedSlots = new TreeMap<>();

  private long highest;

  public Oracle(World world, long alpha, Configuration birth) {
    this.world = world;
    this.alpha = alpha;
    this.birth = birth;
    this.epochs = new Epochs(alpha, birth);
  }

  /**
   * Who watches over the epoch that begins when that member is made the whole group: it knows what
   * was chosen as far as the member knew it, and all that is above is void. This one goes on
   * watching over those that live in the former epoch.
   */
  public Oracle forced(String member, long known) {
    Oracle next = new Oracle(world, alpha, birth);
    next.words.put(member, word(member));
    next.owners.putAll(owners);
    next.refused.addAll(refused);
    next.retired.addAll(retired);
    next.acknowledged = acknowledged;
    next.acknowledgedSlot = Math.min(acknowledgedSlot, known);
    next.highest = Math.min(highest, known);
    for (long slot = 1; slot <= known; slot++) {
      next.decided(slot, chosen.get(slot));
      copy(slot, chosenAt, next.chosenAt);
      copy(slot, hashes, next.hashes);
    }
    applied.forEach(
        (number, slot) -> {
          if (slot <= known) {
            next.applied.put(number, slot);
            copy(number, appliedAt, next.appliedAt);
          }
        });
    return next;
  }

  private static <V> void copy(long key, Map<Long, V> from, Map<Long, V> to) {
    V value = from.get(key);
    if (value != null) {
      to.put(key, value);
    }
  }

  /** What that member took for chosen above what it knew: in its epoch it is. */
  public void decreed(String member, SlotLog log) {
    for (long slot = epochs.chosen() + 1; slot <= log.chosen(); slot++) {
      decided(slot, log.chosenEntry(slot).value());
    }
    if (!epochs.latest().members().equals(List.of(member))) {
      throw new Violation(member + " is not the whole group: " + epochs.latest());
    }
  }

  // ---- what members apply ---------------------------------------------------------------------

  /** One life of one member's replica. */
  public final class Replica {
    private final String member;
    private final Set<Long> seen = new HashSet<>();
    private final Set<Long> ended = new HashSet<>();

    public Replica(String member) {
      this.member = member;
    }

    /** Tells whether this oracle watches the replica. */
    public boolean isOf(Oracle oracle) {
      return Oracle.this == oracle;
    }

    void sessionEnded(long slot, long session) {
      if (!ended.add(session)) {
        throw new Violation("the session " + session + " ended twice at " + member);
      }
      Long elsewhere = ends.putIfAbsent(session, slot);
      if (elsewhere != null && elsewhere != slot) {
        throw new Violation(
            String.format(
                Locale.ROOT,
                "the session %d ended at slot %d, and at slot %d at %s",
                session,
                elsewhere,
                slot,
                member));
      }
    }

    void command(long slot, long number, long session) {
      if (ended.contains(session) || ends.getOrDefault(session, Long.MAX_VALUE) < slot) {
        throw new Violation(
            String.format(
                Locale.ROOT,
                "%s applied the command %d of the session %d, which has ended",
                member,
                number,
                session));
      }
      if (!seen.add(number)) {
        throw new Violation(member + " applied the command " + number + " twice");
      }
      appliedAt.putIfAbsent(number, world.number());
      Long elsewhere = applied.putIfAbsent(number, slot);
      if (elsewhere != null && elsewhere != slot) {
        throw new Violation("the command " + number + " was applied at two slots");
      }
      if (refused.contains(number)) {
        throw new Violation("the command " + number + " was refused, and applied");
      }
    }

    /** The state of a snapshot is in place. */
    void restored(long slot, long hash) {
      Long known = hashes.get(slot);
      if (known == null || known != hash) {
        throw new Violation(
            member + " has a state from a snapshot of slot " + slot + " that no member was in");
      }
    }

    void slot(long slot, long hash) {
      highest = Math.max(highest, slot);
      Long known = hashes.putIfAbsent(slot, hash);
      if (known != null && known != hash) {
        throw new Violation("the members differ after slot " + slot + ", seen at " + member);
      }
    }
  }

  /** A member has cut its log from one floor to another: what was there is chosen. */
  public void compacted(String member, long from, long to) {
    for (long slot = from + 1; slot <= to; slot++) {
      if (!chosen.containsKey(slot)) {
        throw new Violation(member + " cut off slot " + slot + ", which is not chosen");
      }
    }
  }

  /** A member has come to this state, of the machine and of the sessions. */
  public void state(String member, long slot, long hash) {
    Long known = states.putIfAbsent(slot, hash);
    if (known != null && known != hash) {
      throw new Violation("the sessions differ after slot " + slot + ", seen at " + member);
    }
  }

  /** A member holds this entry for chosen. */
  public void delivered(String member, Entry entry) {
    long slot = entry.slot();
    if (!chosen.containsKey(slot)) {
      throw new Violation(member + " applied slot " + slot + ", which is not chosen");
    }
    Ballot at = chosenAt.get(slot);
    if (at != null && entry.ballot().isBelow(at)) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%s holds slot %d for chosen at ballot %s, and it was chosen at %s (I7)",
              member,
              slot,
              entry.ballot(),
              at));
    }
    decided(slot, entry.value());
  }

  private void decided(long slot, @Nullable Value value) {
    Value known = chosen.putIfAbsent(slot, value);
    if (known != null && value != null && !known.equals(value)) {
      throw new Violation("two values are chosen at slot " + slot);
    }
    for (Value next = chosen.get(epochs.chosen() + 1);
        next != null;
        next = chosen.get(epochs.chosen() + 1)) {
      epochs.chosen(epochs.chosen() + 1, next);
    }
    if (!early.isEmpty()) {
      List<Place> due = early.stream().filter(place -> epochs.isKnown(place.slot())).toList();
      due.forEach(early::remove);
      due.forEach(this::count);
    }
  }

  /** I5: as many as it takes have accepted, of those who have a say at that slot. */
  private void count(Place place) {
    if (!epochs.isKnown(place.slot())) {
      early.add(place);
    } else if (epochs
        .at(place.slot())
        .quorums()
        .isQuorum(Phase.TWO, votes.getOrDefault(place, Set.of()))) {
      chosenAt.merge(place.slot(), place.ballot(), (a, b) -> a.isBelow(b) ? a : b);
      paced(place);
      decided(place.slot(), proposals.get(place));
    }
  }

  /**
   * A leader that has begun proposes a value. One that another ballot had proposed has the time of
   * that one, and the no-op for a gap has none.
   */
  public void stamped(Message.Accept accept, long ticked, long clock) {
    Value value = accept.value();
    List<Value> atSlot = proposed.getOrDefault(accept.slot(), List.of());
    if (value.time() > 0 && atSlot.stream().filter(value::equals).count() == 1) {
      stamps.putIfAbsent(
          new Place(accept.ballot(), accept.slot()), new Stamp(value.time(), ticked, clock));
    }
  }

  /**
   * While one leader leads, the log's time passes at most a tenth faster than its monotonic clock,
   * whatever is done to its wall clock; or sessions would expire that were heard in time.
   */
  private void paced(Place place) {
    Stamp stamp = stamps.get(place);
    Stamp before = stamps.get(new Place(place.ballot(), place.slot() - 1));
    if (stamp != null
        && before != null
        && stamp.time() - before.time() > (stamp.clock() - before.ticked()) * 11 / 10 + 2) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%d ms pass in the log at slot %d, and %d ms by the clock of %s, which leads",
              stamp.time() - before.time(),
              place.slot(),
              stamp.clock() - before.ticked(),
              place.ballot()));
    }
  }

  // ---- configurations -------------------------------------------------------------------------

  /** Whether it is a member of the latest configuration. */
  public boolean isMember(String name) {
    return epochs.latest().members().contains(name);
  }

  /**
   * A member says that its change is in use: no change of others came between the configuration
   * that it replaces and its own, for that would be undone.
   *
   * @param next what was asked for, with the number of the configuration that it replaces
   * @param slot of the change, or of the second of its two steps
   */
  public void changed(String member, Configuration next, boolean forced, long slot) {
    if (epochs.chosen() < slot) {
      return;
    }
    long steps = epochs.madeBy(slot).id() - next.id();
    long most = forced || epochs.isLearnedBy(next.id(), next.acceptors()) ? 1 : 2;
    if (steps > most) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%s replaced configuration %d by %s, though another change came in between",
              member,
              next.id(),
              epochs.madeBy(slot)));
    }
  }

  /** The members of the latest configuration. */
  public List<String> members() {
    return epochs.latest().members();
  }

  /** What a member takes for the configuration in use. */
  public void configured(String member, Configurations known) {
    if (!epochs.at(known.known() + 1).equals(known.current())) {
      throw new Violation(
          member
              + " takes "
              + known.current()
              + " for the configuration of slot "
              + (known.known() + 1)
              + ", and it is "
              + epochs.at(known.known() + 1));
    }
  }

  /** A member has left, and counts on others to know what it knew. */
  public void retired(String member, Configurations known) {
    if (!epochs.hasLeft(member)) {
      throw new Violation(member + " retires, and did not leave");
    }
    long last = known.currentFrom() - 1;
    Set<String> knowing = new HashSet<>();
    words.forEach(
        (name, word) -> {
          if (word.kept >= last) {
            knowing.add(name);
          }
        });
    if (!epochs.begins(known.currentFrom(), known.current())
        || !known.current().quorums().isQuorum(Phase.TWO, knowing)) {
      throw new Violation(
          member
              + " retires, and only "
              + knowing.stream().sorted().toList()
              + " of "
              + known.current()
              + " know all up to slot "
              + last);
    }
  }

  /** That it has left is durable: it never comes back. */
  public void stopped(String member) {
    retired.add(member);
  }

  /** The highest slot that any member has applied. */
  public long highest() {
    return highest;
  }

  // ---- what callers are told ------------------------------------------------------------------

  /** The caller was told that this command will never be applied. */
  public void refused(long number) {
    refused.add(number);
    if (applied.containsKey(number)) {
      throw new Violation("the command " + number + " was applied, and refused");
    }
  }

  /** The caller was told that this command is applied. */
  public void acknowledged(long number) {
    acknowledged++;
    Long slot = applied.get(number);
    if (slot == null) {
      throw new Violation("the command " + number + " was acknowledged, and not applied");
    }
    acknowledgedSlot = Math.max(acknowledgedSlot, slot);
    acknowledgedSlots.put(world.now(), acknowledgedSlot);
  }

  public long acknowledged() {
    return acknowledged;
  }

  /** The highest slot of a command that was acknowledged: who reads from now on sees it. */
  public long acknowledgedSlot() {
    return acknowledgedSlot;
  }

  /** The same as it was at that time. */
  public long acknowledgedSlot(long micros) {
    Map.Entry<Long, Long> before = acknowledgedSlots.floorEntry(micros);
    return before == null ? 0 : before.getValue();
  }

  /** A read that began when {@link #acknowledgedSlot} was that much reads now. */
  public void read(String member, long atLeast, long applied) {
    if (applied < atLeast) {
      throw new Violation(
          "a read at "
              + member
              + " saw slot "
              + applied
              + ", and a command at slot "
              + atLeast
              + " was acknowledged before it began");
    }
  }

  /** When a command was applied first; {@link Long#MAX_VALUE} if never. */
  public long appliedAt(long number) {
    return appliedAt.getOrDefault(number, Long.MAX_VALUE);
  }

  // ---- what members say -----------------------------------------------------------------------

  private void proposed(String member, Ballot ballot, long slot, Value value) {
    Value known = proposals.putIfAbsent(new Place(ballot, slot), value);
    if (known == null) {
      proposed.computeIfAbsent(slot, none -> new ArrayList<>()).add(value);
    } else if (!known.equals(value)) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%s tells of another value at slot %d and ballot %s than was proposed there (I4)",
              member,
              slot,
              ballot));
    }
  }

  /**
   * A message leaves a member.
   *
   * @param life of the member, from a start to a crash; unique in a run
   */
  public void left(String member, long life, Message message) {
    if (message instanceof Message.DurableSlotReply durableSlotReply) {
      word(member).kept = Math.max(word(member).kept, durableSlotReply.slot());
    } else if (message instanceof Message.Prepare prepare) {
      owned(prepare.ballot(), life);
    } else if (message instanceof Message.Accept accept) {
      owned(accept.ballot(), life);
      proposed(member, accept.ballot(), accept.slot(), accept.value());
    } else if (message instanceof Message.Promise promise) {
      promised(member, promise.ballot());
      // A leader that is the only acceptor of a slot tells no other of what it proposes there.
      promise
          .entries()
          .forEach(entry -> proposed(member, entry.ballot(), entry.slot(), entry.value()));
    } else if (message instanceof Message.Accepted vote) {
      promised(member, vote.ballot());
      word(member).accepted.merge(vote.slot(), vote.ballot(), Oracle::max);
      Place place = new Place(vote.ballot(), vote.slot());
      if (votes.computeIfAbsent(place, none -> new HashSet<>()).add(member)) {
        count(place);
      }
    }
  }

  private void owned(Ballot ballot, long life) {
    Long owner = owners.putIfAbsent(ballot, life);
    if (owner != null && owner != life) {
      throw new Violation("the ballot " + ballot + " is used in two lives (I4)");
    }
  }

  private void promised(String member, Ballot ballot) {
    Word word = word(member);
    if (ballot.isBelow(word.promised)) {
      throw new Violation(
          member + " promised or accepted " + ballot + " after " + word.promised + " (I6)");
    }
    word.promised = ballot;
  }

  private Word word(String member) {
    return words.computeIfAbsent(member, name -> new Word());
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }

  /**
   * Promises and votes that were given are not forgotten (I6); what is lost is known to be.
   *
   * @param frail whether it may have lost what it knew to be chosen
   */
  public void restarted(String member, Recovered recovered, boolean frail) {
    Word word = word(member);
    if (retired.contains(member)) {
      throw new Violation(member + " comes back under its old name");
    }
    if (!frail && recovered.chosen() < word.kept) {
      throw new Violation(
          member + " forgot what is chosen up to slot " + word.kept + ", and told that it knows");
    }
    Map<Long, Entry> entries = new HashMap<>();
    for (Entry entry : recovered.entries()) {
      entries.put(entry.slot(), entry);
    }
    if (recovered.promised().isBelow(word.promised)) {
      throw new Violation(
          String.format(
              Locale.ROOT,
              "%s forgot its promise %s and knows of %s (I6)",
              member,
              word.promised,
              recovered.promised()));
    }
    word.accepted.forEach(
        (slot, ballot) -> {
          Entry found = entries.get(slot);
          // What was learned since has the ballot that it was chosen at.
          boolean kept =
              found != null
                  && (!found.ballot().isBelow(ballot) || found.value().equals(chosen.get(slot)));
          if (!kept && slot > recovered.floor() && !unknown(recovered, slot)) {
            throw new Violation(
                member + " forgot what it accepted at slot " + slot + " and ballot " + ballot);
          }
        });
  }

  private static boolean unknown(Recovered recovered, long slot) {
    for (SlotRange range : recovered.unknown()) {
      if (range.contains(slot)) {
        return true;
      }
    }
    return false;
  }
}
