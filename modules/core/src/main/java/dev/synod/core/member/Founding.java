package dev.synod.core.member;

import dev.synod.core.host.MembershipEvents;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Join;
import dev.synod.core.message.Message.Welcome;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The first steps of a founder: a member that is to found a group and whose log is empty. Until the
 * group is founded, the member promises and accepts nothing.
 *
 * <p>A group is founded once, by the word of all founders that each of them is new. The first
 * founder decides, in two phases:
 *
 * <ol>
 *   <li>Each founder repeats to all others that it is new, and which group it would found. Founders
 *       with different options stop, an election timeout after they learned of the difference.
 *   <li>The first founder, once it hears all others, asks each of them to pledge itself to its
 *       store. A founder records the pledge before it answers, and pledges itself once.
 *   <li>The first founder, once all others have pledged themselves to its store, begins the group:
 *       it records the birth and the founders. This record is the founding.
 *   <li>A member of the group, also one that came later, answers a founder that still asks with
 *       {@link Welcome}, and the founder records the same birth before it promises or accepts
 *       anything.
 * </ol>
 *
 * <p>Two births of the same founders are impossible as long as one founder other than the first one
 * keeps its store: it pledges itself once, so only one process of the first founder gets its word.
 * A founder that has belonged to a group never pledges itself, so no majority with emptied
 * directories can found the group again while another founder, which has the data, is down or says
 * so. A lost or repeated message has no effect, because everything is repeated until it is
 * answered, and a pledge or an answer names the process that it is for.
 *
 * <p>The store of the first founder may be lost after a pledge and before the founding is known to
 * any other founder. Nothing was decided then, but no other process gets the pledge: the founders
 * report it and wait for the operator.
 */
final class Founding {
  /** What another founder said last. */
  private record Word(Message.Founding message, long at) {}

  /**
   * Options of another founder that are not those of this one.
   *
   * @param until time at which this founder stops
   */
  private record Difference(String other, List<String> fields, long until) {}

  private final String self;
  private final Incarnation incarnation;
  private final Foundation foundation;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final PeerIdentities peerIdentities;
  private final MembershipEvents events;

  /** Words of the other founders whose word is needed, by name. */
  private final TreeMap<String, Word> words = new TreeMap<>();

  private long pledgedTo;
  private long sayAt;

  /** The difference for which this founder is about to stop; null if there is none. */
  private @Nullable Difference difference;

  private boolean over;

  /**
   * @param incarnation incarnation of this member
   * @param pledgedTo store to which this member has pledged itself; 0 if there is none
   */
  Founding(
      MemberContext context,
      Incarnation incarnation,
      Foundation foundation,
      long pledgedTo,
      PeerIdentities peerIdentities,
      MembershipEvents events) {
    this.self = context.self();
    this.incarnation = incarnation;
    this.foundation = foundation;
    this.pledgedTo = pledgedTo;
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.peerIdentities = peerIdentities;
    this.events = events;
  }

  /** Founds a group of one, which needs no other word. */
  void start(Effects out) {
    advance(out);
  }

  /** Tells whether this member cannot found the group with its options, and has to stop. */
  boolean isOver() {
    return over;
  }

  void tick(Effects out) {
    Difference found = difference;
    if (found != null && clock.now() >= found.until()) {
      stop(found.other(), found.fields());
    } else if (clock.now() >= sayAt) {
      sayAt = clock.now() + settings.retry();
      otherMembers().forEach(member -> say(member, out));
    }
  }

  /** All other members, because one whose word is not needed may belong to the group already. */
  private List<String> otherMembers() {
    List<String> others = new ArrayList<>(foundation.configuration().members());
    others.remove(self);
    return others;
  }

  private List<String> otherFounders() {
    List<String> others = new ArrayList<>(foundation.founders());
    others.remove(self);
    return others;
  }

  /** The message leaves after the pledge in it is durable. */
  private void say(String member, Effects out) {
    out.sendAfter(
        member,
        new Message.Founding(
            incarnation,
            foundation,
            difference == null && isFirst() && missing().isEmpty(),
            pledgedTo));
  }

  private boolean isFirst() {
    return !foundation.founders().isEmpty() && foundation.founders().get(0).equals(self);
  }

  /** Returns what this founder waits for. */
  FoundingProgress progress() {
    return new FoundingProgress(foundation.configuration(), missing(), lost());
  }

  /** Returns the founders that were not heard within an election timeout, in their order. */
  private List<String> missing() {
    List<String> missing = otherFounders();
    missing.removeIf(
        name -> {
          Word word = words.get(name);
          return word != null && clock.now() - word.at() <= settings.electionTimeout();
        });
    return missing;
  }

  /**
   * Returns the founder to which another store got the pledge of a founder; null if there is none.
   * The founding cannot end then.
   */
  private @Nullable String lost() {
    if (foundation.founders().isEmpty()) {
      return null;
    }
    String first = foundation.founders().get(0);
    Word word = words.get(first);
    Incarnation known =
        first.equals(self) ? incarnation : word == null ? null : word.message().founder();
    boolean lost = known != null && isElsewhere(pledgedTo, known);
    for (Word each : words.values()) {
      lost |= known != null && isElsewhere(each.message().pledgedTo(), known);
    }
    return lost ? first : null;
  }

  private static boolean isElsewhere(long pledge, Incarnation first) {
    return pledge != 0 && pledge != first.store();
  }

  /** Handles a message; its sender is a founder, or knows the group. */
  void receive(String from, Message message, Effects out) {
    if (over) {
      return;
    }
    if (message instanceof Message.Founding word) {
      heard(from, word, out);
    } else if (message instanceof Welcome welcome) {
      welcomed(from, welcome, out);
    } else if (message instanceof Join) {
      return; // its sender does not know the group either
    } else if (otherMembers().contains(from)) {
      say(from, out);
    } else {
      // This member came to the group later, and those that founded it may have left meanwhile.
      out.send(from, new Join(incarnation.token()));
    }
  }

  private void heard(String from, Message.Founding word, Effects out) {
    List<String> differences = foundation.differences(word.foundation());
    boolean both = otherFounders().contains(from) && word.foundation().founders().contains(self);
    if (differences.isEmpty() && both) {
      differences = foundation.differenceOfWithout(word.foundation());
    }
    if (!differences.isEmpty() && difference == null) {
      // The other one learns of the difference too. Messages may be lost, so this founder goes on
      // repeating its word for a while before it stops.
      say(from, out);
      difference = new Difference(from, differences, clock.now() + settings.electionTimeout());
    }
    if (difference != null) {
      return;
    }
    if (!both) {
      return; // One of the two does without the word of the other one.
    }
    boolean news = words.put(from, new Word(word, clock.now())) == null;
    boolean pledges =
        word.complete() && pledgedTo == 0 && foundation.founders().get(0).equals(from);
    if (pledges) {
      pledgedTo = word.founder().store();
      out.append(new LogRecord.Pledged(pledgedTo));
    }
    boolean complete = isFirst() && missing().isEmpty() && word.pledgedTo() == 0;
    if (news || pledges || complete) {
      say(from, out);
    }
    advance(out);
  }

  private void stop(String other, List<String> differences) {
    over = true;
    events.unfounded(other, differences);
  }

  /** Begins the group, once all others have pledged themselves to this first founder. */
  private void advance(Effects out) {
    if (!isFirst()) {
      return;
    }
    TreeMap<String, Incarnation> founders = new TreeMap<>();
    founders.put(self, incarnation);
    for (String other : otherFounders()) {
      Word word = words.get(other);
      if (word == null || word.message().pledgedTo() != incarnation.store()) {
        return;
      }
      founders.put(other, word.message().founder());
    }
    List<LogRecord.Met> met = new ArrayList<>();
    founders.forEach((name, founder) -> met.add(new LogRecord.Met(name, founder)));
    begin(Epoch.first(foundation.birth(founders)), met, out);
  }

  private void welcomed(String from, Welcome welcome, Effects out) {
    if (difference != null || welcome.token() != incarnation.token()) {
      return; // an answer to an earlier process under this name
    }
    List<String> differences = foundation.differences(welcome.foundation());
    if (!differences.isEmpty()) {
      // Members whose names this founder does not know may be those of another group.
      if (foundation.configuration().members().contains(from)) {
        stop(from, differences);
      }
    } else if (isFoundedByPledge(welcome)) {
      begin(welcome.epoch(), welcome.met(), out);
    }
  }

  /** Tells whether the first founder of that group is the one that this member gave its word. */
  private boolean isFoundedByPledge(Welcome welcome) {
    String first = foundation.founders().isEmpty() ? self : foundation.founders().get(0);
    for (LogRecord.Met met : welcome.met()) {
      if (met.member().equals(first) && isElsewhere(pledgedTo, met.incarnation())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Enters the group. The initial configuration is the last record, so that a log which has it has
   * the others too, whatever part of them a crash has cut off.
   */
  private void begin(Epoch epoch, List<LogRecord.Met> met, Effects out) {
    peerIdentities.found(met, out);
    peerIdentities.enter(epoch, out);
    configurations.initialize(foundation.alpha(), foundation.configuration());
    out.append(new LogRecord.Initialized(foundation.alpha(), foundation.configuration()));
  }
}
