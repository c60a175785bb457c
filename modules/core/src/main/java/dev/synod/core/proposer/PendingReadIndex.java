package dev.synod.core.proposer;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.ReadIndex;
import dev.synod.core.message.Message.ReadIndexReply;
import dev.synod.core.paxos.Effects;
import java.util.TreeMap;

/**
 * The unanswered read index requests at a leader for which no heartbeat was sent yet. Only the
 * latest request of each member is kept, because its reply answers the earlier ones.
 */
final class PendingReadIndex {
  /** Number of the latest request of each member. */
  private final TreeMap<String, Long> questions = new TreeMap<>();

  /** Number of the latest request of each member for which a lease suffices. */
  private final TreeMap<String, Long> leaseQuestions = new TreeMap<>();

  /** Registers a request of a member. */
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
   * Answers the requests by a lease, or passes them to the next heartbeat.
   *
   * @param chosen slot up to which every slot is known to be chosen
   * @param configuration configuration of the next slot
   * @param now milliseconds of the host's monotonic clock, read after the arrival of the requests
   */
  void answer(
      Heartbeats heartbeats, long chosen, Configuration configuration, long now, Effects out) {
    questions.forEach(
        (member, number) -> heartbeats.read(member, number, false, chosen, configuration));
    questions.clear();
    // The clock was read after the requests arrived; at that time nothing else was decided.
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
