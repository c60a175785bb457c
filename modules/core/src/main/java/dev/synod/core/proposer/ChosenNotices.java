package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.Chosen;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import java.util.List;
import java.util.TreeMap;

/**
 * The progress that a leader has announced to the learners: that every slot up to k is chosen, in a
 * notice or with an Accept, and the values for learners that receive no Accept.
 */
final class ChosenNotices {
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final ThriftyTargets thriftyTargets;

  /** The last k that each learner was told; none is there before the first. */
  private final TreeMap<String, Long> told = new TreeMap<>();

  ChosenNotices(MemberContext context, ThriftyTargets thriftyTargets) {
    this.self = context.self();
    this.log = context.log();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.thriftyTargets = thriftyTargets;
  }

  /** Starts a leadership, without any announcement yet. */
  void begin() {
    told.clear();
  }

  /** See {@link Proposer#announced}. */
  long announced() {
    return told.getOrDefault(self, 0L);
  }

  /** An Accept for a slot of this configuration says that all up to {@code chosen} are chosen. */
  void carried(long chosen, Configuration configuration) {
    for (String acceptor : thriftyTargets.targets(configuration)) {
      if (!acceptor.equals(self)) {
        told.put(acceptor, chosen);
      }
    }
  }

  /** Announces {@code chosen} to this member's own learner, unless it is announced already. */
  void tellOwn(Ballot ballot, long chosen, Effects out) {
    if (chosen > announced()) {
      told.put(self, chosen);
      out.send(self, new Chosen(ballot, chosen));
    }
  }

  /** Tells whether {@link #tell} would send anything. */
  boolean isDue() {
    long announced = announced();
    return configurations.learners().stream().anyMatch(learner -> lacks(learner, announced));
  }

  private boolean lacks(String learner, long announced) {
    Long before = told.get(learner);
    return announced > 0 && (before == null || before < announced);
  }

  /**
   * See {@link Proposer#tell}.
   *
   * @param began slot that was known to be chosen when this leadership began
   */
  void tell(Ballot ballot, long began, Effects out) {
    long announced = announced();
    Chosen notice = new Chosen(ballot, announced);
    Learned lesson = null;
    long above = 0;
    List<String> sent = thriftyTargets.targets(configurations.current());
    for (String learner : configurations.learners()) {
      if (!lacks(learner, announced)) {
        continue;
      }
      Long before = told.put(learner, announced);
      if (before == null || sent.contains(learner)) {
        // A learner that was told nothing yet may lack more than the last slots, and asks for it.
        out.send(learner, notice);
      } else {
        if (lesson == null || above != Math.max(before, began)) {
          above = Math.max(before, began);
          lesson = lesson(above, announced);
        }
        out.send(learner, lesson);
      }
    }
  }

  /** What is chosen above the one slot, up to the other. */
  private Learned lesson(long above, long announced) {
    long known = Math.min(announced, log.chosen());
    return new Learned(log.page(above + 1, known, settings.maxPage()), known);
  }

  /**
   * Tells all of them, whatever they were told before: notices may be lost. A learner that was sent
   * no Accept has no value, so it counts as told when it is taught the values.
   */
  void tellAll(Ballot ballot, long chosen, Effects out) {
    told.keySet().retainAll(configurations.learners());
    told.put(self, chosen);
    Chosen notice = new Chosen(ballot, chosen);
    List<String> sent = thriftyTargets.targets(configurations.current());
    for (String learner : configurations.learners()) {
      out.send(learner, notice);
      if (sent.contains(learner)) {
        told.put(learner, chosen);
      }
    }
  }
}
