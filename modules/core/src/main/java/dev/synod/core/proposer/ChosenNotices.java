package dev.synod.core.proposer;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message.Chosen;
import dev.synod.core.message.Message.Learned;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.SlotLog;
import java.util.List;

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

  /** Last k announced to this member's own learner, and last k announced to all learners. */
  private long announced;

  private long told;

  /** Last k that went with an Accept, to the receivers of that Accept. */
  private long carried;

  ChosenNotices(
      String self,
      SlotLog log,
      Configurations configurations,
      Settings settings,
      ThriftyTargets thriftyTargets) {
    this.self = self;
    this.log = log;
    this.configurations = configurations;
    this.settings = settings;
    this.thriftyTargets = thriftyTargets;
  }

  /** Starts a leadership, without any announcement yet. */
  void begin() {
    announced = 0;
    told = 0;
    carried = 0;
  }

  /** See {@link Proposer#announced}. */
  long announced() {
    return announced;
  }

  /** Records that an Accept in a slot of this configuration announces {@code chosen}. */
  void carried(long chosen, Configuration configuration, long now) {
    carried = chosen;
    if (areSentAccepts(configuration, now)) {
      told = chosen;
    }
  }

  /** Announces {@code chosen} to this member's own learner, unless it is announced already. */
  void tellOwn(Ballot ballot, long chosen, Effects out) {
    if (chosen > announced) {
      announced = chosen;
      out.send(self, new Chosen(ballot, chosen));
    }
  }

  /**
   * See {@link Proposer#tell}.
   *
   * @param began slot that was known to be chosen when this leadership began
   */
  void tell(Ballot ballot, long began, long now, Effects out) {
    if (announced <= told) {
      return;
    }
    Chosen notice = new Chosen(ballot, announced);
    Learned lesson = null;
    List<String> sent = thriftyTargets.targets(configurations.current(), now);
    for (String learner : configurations.learners()) {
      if (learner.equals(self)) {
        continue; // tellOwn notifies this learner
      }
      if (sent.contains(learner)) {
        if (announced > carried) {
          out.send(learner, notice);
        }
      } else {
        lesson = lesson != null ? lesson : lesson(Math.max(told, began));
        out.send(learner, lesson);
      }
    }
    told = announced;
  }

  /** Returns the chosen values above this slot. */
  private Learned lesson(long above) {
    long known = Math.min(announced, log.chosen());
    return new Learned(log.page(above + 1, known, settings.maxPage()), known);
  }

  /** Announces {@code chosen} to all learners again, because notices may be lost. */
  void tellAll(Ballot ballot, long chosen, long now, Effects out) {
    announced = chosen;
    if (areSentAccepts(configurations.current(), now)) {
      told = announced;
    }
    Chosen notice = new Chosen(ballot, announced);
    for (String learner : configurations.learners()) {
      out.send(learner, notice);
    }
  }

  /** Tells whether every learner receives the Accepts of this configuration. */
  private boolean areSentAccepts(Configuration configuration, long now) {
    return thriftyTargets.targets(configuration, now).containsAll(configurations.learners());
  }
}
