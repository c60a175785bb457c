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
 * Finds out what is chosen (Lamport, "Paxos Made Simple", section 2.3), and hands it on in the
 * order of the slots. From the leader it hears only ballots and slots; the values its own acceptor
 * has, or any other member teaches them.
 */
public final class Learner {
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;

  /** Whether it is a client's, which follows a member, and whom to ask beside the members. */
  private final boolean follows;

  private List<String> contacts;

  private long delivered;

  /** The highest slot that some member is known to know chosen, and who that is. */
  private long target;

  private String teacher;
  private int nextTeacher;

  /** When it was last asked for what is missing, or when something began to be missing. */
  private long askedAt;

  /** When a snapshot was last asked for because this member has lost its own. */
  private long wantedAt;

  /** When anything was last heard about what is chosen. */
  private long heardAt;

  /** When somebody unknown was asked last. */
  private long metAt;

  /**
   * A learner that has delivered nothing yet; {@link #restored} if the member has a snapshot.
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
    // Not all clients with the same member.
    this.nextTeacher = follows ? self.hashCode() & 0xFFFF : 0;
  }

  /** The highest slot that was delivered. */
  public long delivered() {
    return delivered;
  }

  /** The highest slot that this member, or another one that told it, knows to be chosen. */
  public long known() {
    return Math.max(target, log.chosen());
  }

  /** Delivers what the log knew to be chosen when the member started. */
  public void start(Effects out) {
    deliver(out);
  }

  /** The state of this slot is in place, and the log goes on above it. */
  public void restored(long slot) {
    delivered = slot;
  }

  /**
   * Delivers what is chosen above a snapshot that was installed, and asks for more.
   *
   * @param giver from whom it was fetched, who has not cut off what is behind it
   */
  public void resume(String giver, Effects out) {
    teacher = giver;
    deliver(out);
    if (follows || log.chosen() < target) {
      ask(out);
    }
  }

  /** Whether the log begins above what was delivered: the snapshot that told the rest is lost. */
  public boolean isStateLost() {
    return delivered < log.floor();
  }

  /** Handles a message of that member. */
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
      // Behind the record that says so.
      out.sendAfter(from, new DurableSlotReply(question.number(), log.chosen()));
    } else {
      throw Message.unhandled(message);
    }
  }

  /** That member knows more: learn it from there, without waiting. */
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

  /** A member is heard of that is in no configuration this one knows: it may be behind. */
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
        // The missing Accept may be just behind, in chunks: it is asked for after a while.
        teacher = from;
        askedAt = clock.now();
      }
    }
  }

  /**
   * From the member that this client follows. One that hears no leader is not worth following for
   * long: it may be the one that is cut off.
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
      // What comes next is told to those only who have asked for it.
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
        // Should this one not answer, another is asked next.
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

  /** Others who can teach, beside the members that are known. */
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
