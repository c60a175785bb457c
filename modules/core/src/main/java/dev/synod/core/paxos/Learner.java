package dev.synod.core.paxos;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Chosen;
import dev.synod.core.message.Message.DurableSlotQuery;
import dev.synod.core.message.Message.DurableSlotReply;
import dev.synod.core.message.Message.Follow;
import dev.synod.core.message.Message.GroupStatus;
import dev.synod.core.message.Message.Learn;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.message.Message.WantSnapshot;
import java.util.List;

/**
 * The learner (Lamport, "Paxos Made Simple", section 2.3): it finds out which values are chosen and
 * delivers them in the order of the slots. The leader announces only ballots and slots; the values
 * come from the member's own acceptor or from any other member.
 */
public final class Learner {
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;

  /** Whether the learner belongs to a client, which follows a member. */
  private final boolean follows;

  private List<String> contacts;

  private long delivered;

  /** Highest slot that some member knows to be chosen, and that member. */
  private long target;

  private String teacher;
  private int nextTeacher;

  /** Time of the last request for missing slots, or time at which the first slot was missing. */
  private long askedAt;

  /** Time of the last request for a snapshot after this member has lost its own. */
  private long wantedAt;

  /** Time of the last message about chosen slots. */
  private long heardAt;

  /** Time of the last request to an unknown member. */
  private long metAt;

  /**
   * Creates the learner of a member. It has delivered nothing yet; {@link #restored} follows if the
   * member has a snapshot.
   *
   * @param contacts that can teach as well
   * @param follows whether it is a client's, to whom no leader speaks: it follows a member
   */
  public Learner(MemberContext context, List<String> contacts, boolean follows) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.contacts = contacts;
    this.follows = follows;
    this.heardAt = clock.now();
    this.teacher = self;
    // A random start spreads the clients over the members.
    this.nextTeacher = follows ? self.hashCode() & 0xFFFF : 0;
  }

  /** Returns the highest delivered slot. */
  public long delivered() {
    return delivered;
  }

  /**
   * Returns the highest slot that this member, or another member as far as it has reported, knows
   * to be chosen.
   */
  public long known() {
    return Math.max(target, log.chosen());
  }

  /** Delivers the slots that the log knew to be chosen when the member started. */
  public void start(Effects out) {
    deliver(out);
  }

  /** Continues after this slot, whose state was restored from a snapshot. */
  public void restored(long slot) {
    delivered = slot;
  }

  /**
   * Delivers the chosen slots after an installed snapshot and asks for more.
   *
   * @param giver source of the snapshot, which still holds the slots after it
   */
  public void resume(String giver, Effects out) {
    teacher = giver;
    deliver(out);
    if (follows || log.chosen() < target) {
      ask(out);
    }
  }

  /**
   * Tells whether the log starts above the delivered slots, because the snapshot with the slots
   * between was lost.
   */
  public boolean isStateLost() {
    return delivered < log.floor();
  }

  /** Handles a message of a member. */
  public void receive(String from, Message.ToLearner message, Effects out) {
    if (message instanceof Chosen chosen) {
      chosen(from, chosen, out);
    } else if (message instanceof Learned learned) {
      learned(from, learned, out);
    } else if (message instanceof GroupStatus groupStatus) {
      news(from, groupStatus, out);
    } else if (message instanceof Learn learn && learn.from() <= log.floor()) {
      out.needsSnapshot(from);
    } else if (message instanceof Learn learn) {
      List<Entry> page = log.page(learn.from(), log.chosen(), settings.maxPage());
      out.send(from, new Learned(page, log.chosen()));
    } else if (message instanceof DurableSlotQuery question) {
      // The reply follows the record of the chosen slot.
      out.sendAfter(from, new DurableSlotReply(question.number(), log.chosen()));
    } else {
      throw Message.unhandled(message);
    }
  }

  /** Learns from a member that knows more, without waiting. */
  public void peerProgress(String member, long chosen, Effects out) {
    if (chosen > log.chosen() && chosen > target && !member.equals(self)) {
      boolean idle = target <= log.chosen();
      target = chosen;
      teacher = member;
      if (idle) {
        ask(out);
      }
    }
  }

  /**
   * Handles a message of a member that is in no known configuration: this member may lag behind.
   */
  public void meets(String member, Effects out) {
    if (clock.now() - metAt >= settings.retry()) {
      metAt = clock.now();
      out.send(member, isStateLost() ? new WantSnapshot(log.floor()) : new Learn(log.chosen() + 1));
    }
  }

  private void chosen(String from, Chosen chosen, Effects out) {
    heardAt = clock.now();
    out.heard(chosen.ballot());
    long before = log.chosen();
    boolean complete = before >= target;
    log.choose(chosen.ballot(), chosen.slot());
    record(before, out);
    if (chosen.slot() > log.chosen() && !from.equals(self)) {
      target = Math.max(target, chosen.slot());
      if (complete) {
        // The missing Accept may follow shortly, in chunks, so the learner asks for it only after a
        // delay.
        teacher = from;
        askedAt = clock.now();
      }
    }
  }

  /**
   * Handles the status of the followed member. A member that hears no leader may be cut off, so the
   * client leaves it after a while.
   */
  private void news(String from, GroupStatus groupStatus, Effects out) {
    out.reachable(groupStatus.reachable());
    if (!groupStatus.leader().equals(Ballot.NONE)) {
      heardAt = clock.now();
      out.heard(groupStatus.leader());
    }
    peerProgress(from, groupStatus.chosen(), out);
  }

  private void learned(String from, Learned learned, Effects out) {
    long before = log.chosen();
    for (Entry entry : learned.entries()) {
      if (log.learn(entry)) {
        out.append(new LogRecord.Learned(entry));
      }
    }
    record(before, out);
    if (learned.chosen() > log.chosen()) {
      target = Math.max(target, learned.chosen());
      if (log.chosen() > before) {
        teacher = from;
        ask(out);
      }
    } else if (follows && log.chosen() > before) {
      // The member sends further slots only on request.
      ask(out);
    }
  }

  private void record(long before, Effects out) {
    if (log.chosen() > before) {
      out.append(new LogRecord.Chosen(log.chosen()));
      deliver(out);
    }
  }

  private void deliver(Effects out) {
    while (delivered < log.chosen() && !isStateLost()) {
      delivered++;
      out.deliver(log.chosenEntry(delivered));
    }
  }

  /** Asks again for what did not come; called with each tick. */
  public void tick(Effects out) {
    if (isStateLost() && clock.now() - wantedAt >= settings.retry()) {
      wantedAt = clock.now();
      teacher = next();
      if (!teacher.equals(self)) {
        out.send(teacher, new WantSnapshot(log.floor()));
      }
    }
    if (log.chosen() < target) {
      if (clock.now() - askedAt >= settings.retry()) {
        ask(out);
        // If this member does not answer, the next request goes to another one.
        teacher = next();
      }
    } else if (clock.now() - heardAt >= settings.electionTimeout()) {
      // Cut off from the leader perhaps, but not from those who hear it.
      heardAt = clock.now();
      teacher = next();
      ask(out);
    } else if (follows && clock.now() - askedAt >= settings.electionTimeout() / 2) {
      ask(out);
    }
  }

  /** Sets further members that can teach values, besides the known members. */
  public void contacts(List<String> names) {
    contacts = names;
  }

  private String next() {
    List<String> teachers = Configuration.union(configurations.members(), contacts);
    for (int i = 0; i < teachers.size(); i++) {
      nextTeacher = (nextTeacher + 1) % teachers.size();
      if (!teachers.get(nextTeacher).equals(self)) {
        return teachers.get(nextTeacher);
      }
    }
    return self;
  }

  private void ask(Effects out) {
    askedAt = clock.now();
    if (teacher.equals(self)) {
      teacher = next();
    }
    if (!teacher.equals(self)) {
      long from = log.chosen() + 1;
      out.send(teacher, follows ? new Follow(from) : new Learn(from));
    }
  }
}
