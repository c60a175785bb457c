package dev.synod.core.proposer;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import java.util.TreeMap;

/**
 * Who has asked a leader for a slot to read at, and was not answered, nor does a beat answer for it
 * yet. The latest question of each is enough: it stands for those before it.
 */
final class PendingReadIndex {
  /** The number of a member's latest question. */
  private final TreeMap<String, Long> questions = new TreeMap<>();

  /** The same, of those for whom a lease is good enough. */
  private final TreeMap<String, Long> leaseQuestions = new TreeMap<>();

  /** That member asks. */
  void ask(String member, ReadIndex question) {
    TreeMap<String, Long> kind = question.leased() ? leaseQuestions : questions;
    kind.merge(member, question.number(), Math::max);
  }

  boolean isEmpty() {
    return questions.isEmpty() && leaseQuestions.isEmpty();
  }

  /** See {@link Heartbeats#takeOther}. */
  void takeBack(Heartbeats heartbeats, Configuration configuration) {
    heartbeats.takeOther(configuration, questions, leaseQuestions);
  }

  /**
   * Everything up to {@code chosen} is decided: a lease answers at once, else the next beat will.
   *
   * @param configuration of the slot behind that
   * @param now milliseconds of the host's monotonic clock, read after the questions had come
   */
  void answer(
      Heartbeats heartbeats, long chosen, Configuration configuration, long now, Effects out) {
    questions.forEach(
        (member, number) -> heartbeats.read(member, number, false, chosen, configuration));
    questions.clear();
    // The clock was read after the questions had come: at that moment nothing else was decided.
    boolean leased = heartbeats.isLeased(configuration, now);
    leaseQuestions.forEach(
        (member, number) -> {
          if (leased) {
            out.send(member, new ReadIndexReply(number, chosen, true));
          } else {
            heartbeats.read(member, number, true, chosen, configuration);
          }
        });
    leaseQuestions.clear();
  }

  void clear() {
    questions.clear();
    leaseQuestions.clear();
  }
}
