package dev.synod.core.proposer;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The inquiries that a leader has not answered yet: each asks up to which slot a member must have
 * applied to read what is current (ReadIndex; Ongaro, "Consensus: Bridging Theory and Practice",
 * section 6.4). An inquiry gets its slot when everything that phase 1 brought up is decided, and is
 * answered when a beat that was sent later is confirmed. The latest inquiry of a member stands for
 * those before it.
 */
final class PendingReadIndex {
  /** Bound of the memory that inquiries take. A member that is turned away asks again. */
  private static final int MAX_INQUIRIES = 4096;

  /** In place of a beat: the inquiry has no slot yet. */
  private static final long NO_BEAT = 0;

  /** In place of a slot: this leader has not looked at the inquiry yet. */
  private static final long NEW = -1;

  /**
   * One member's inquiry.
   *
   * @param leased whether a lease will do
   * @param slot the answer, once a beat of at least {@code beat} is confirmed; without a beat, the
   *     slot that ends what the log's time had reached when the inquiry came
   */
  private record Inquiry(long number, boolean leased, long slot, long beat) {}

  private final TreeMap<String, Inquiry> inquiries = new TreeMap<>();

  /** How many of them have no slot yet. */
  private int open;

  /** The configuration of the slot behind those that were given out; null if none was. */
  private @Nullable Configuration configuration;

  /** That member asks. A repetition changes nothing: the beat that it waits for stays the same. */
  void ask(String member, ReadIndex question) {
    Inquiry before = inquiries.get(member);
    if (before == null ? inquiries.size() >= MAX_INQUIRIES : before.number() >= question.number()) {
      return;
    }
    open += before == null || before.beat() != NO_BEAT ? 1 : 0;
    inquiries.put(member, new Inquiry(question.number(), question.leased(), NEW, NO_BEAT));
  }

  /**
   * The configuration of the first slot that is not known chosen. An inquiry whose slot is of
   * another one gets a new slot: its beats might be answered by acceptors that have left.
   */
  void use(Configuration current) {
    if (configuration != null && configuration.id() != current.id()) {
      inquiries.replaceAll(
          (member, inquiry) -> new Inquiry(inquiry.number(), inquiry.leased(), NEW, NO_BEAT));
      open = inquiries.size();
    }
    configuration = current;
  }

  /** Whether an inquiry has no slot yet. */
  boolean isOpen() {
    return open > 0;
  }

  /**
   * Everything up to {@code chosen} is decided: a lease answers at once, else the next beat will.
   * The clock was read after the inquiries had come; at that moment nothing else was decided.
   *
   * @param due slot that ends what the log's time has reached: an inquiry waits until that slot is
   *     decided, and not for what ends later
   */
  void answer(Heartbeats heartbeats, long chosen, long due, Configuration used, Effects out) {
    boolean lease = heartbeats.isLeased(used);
    int waiting = 0;
    Iterator<Map.Entry<String, Inquiry>> all = inquiries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Inquiry> of = all.next();
      Inquiry inquiry = of.getValue();
      if (inquiry.beat() != NO_BEAT) {
        continue;
      }
      long ended = inquiry.slot() == NEW ? due : inquiry.slot();
      if (chosen < ended) {
        of.setValue(new Inquiry(inquiry.number(), inquiry.leased(), ended, NO_BEAT));
        waiting++;
      } else if (inquiry.leased() && lease) {
        all.remove();
        out.send(of.getKey(), new ReadIndexReply(inquiry.number(), chosen, true));
      } else {
        long beat = heartbeats.nextBeat();
        of.setValue(new Inquiry(inquiry.number(), inquiry.leased(), chosen, beat));
      }
    }
    open = waiting;
  }

  /** Answers each inquiry whose beat is confirmed by now. */
  void confirm(Heartbeats heartbeats, Effects out) {
    Configuration used = configuration;
    if (used == null) {
      return;
    }
    long confirmed = heartbeats.confirmedIn(used);
    Iterator<Map.Entry<String, Inquiry>> all = inquiries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Inquiry> of = all.next();
      Inquiry inquiry = of.getValue();
      if (inquiry.beat() != NO_BEAT && inquiry.beat() <= confirmed) {
        all.remove();
        out.send(of.getKey(), new ReadIndexReply(inquiry.number(), inquiry.slot(), false));
      }
    }
  }

  void clear() {
    inquiries.clear();
    open = 0;
    configuration = null;
  }
}
