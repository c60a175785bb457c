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
 * What a leader has told the learners: that every slot up to k is chosen, in a notice of its own or
 * with an Accept; and the values, to those who are sent no Accept.
 */
final class ChosenNotices {
  private final String self;
  private final SlotLog log;
  private final Configurations configurations;
  private final Settings settings;
  private final ThriftyTargets thriftyTargets;

  /** The last k that this member's own learner was told, and the one that all were. */
  private long announced;

  private long told;

  /** The last k that went with an Accept, to those who were sent it. */
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

  /** This member begins to lead: nobody was told anything yet. */
  void begin() {
    announced = 0;
    told = 0;
    carried = 0;
  }

  /** See {@link Proposer#announced}. */
  long announced() {
    return announced;
  }

  /** An Accept for a slot of this configuration says that all up to {@code chosen} are chosen. */
  void carried(long chosen, Configuration configuration, long now) {
    carried = chosen;
    if (areSentAccepts(configuration, now)) {
      told = chosen;
    }
  }

  /** Tells this member's own learner, if it was not told. */
  void tellOwn(Ballot ballot, long chosen, Effects out) {
    if (chosen > announced) {
      announced = chosen;
      out.send(self, new Chosen(ballot, chosen));
    }
  }

  /**
   * See {@link Proposer#tell}.
   *
   * @param began every slot up to this one was known chosen when this member began to lead
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
        continue; // told by tellOwn
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

  /** What is chosen above this slot. */
  private Learned lesson(long above) {
    long known = Math.min(announced, log.chosen());
    return new Learned(log.page(above + 1, known, settings.maxPage()), known);
  }

  /** Tells all of them, whatever they were told before: notices may be lost. */
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

  /** Whether every learner is sent the Accepts of this configuration. */
  private boolean areSentAccepts(Configuration configuration, long now) {
    return thriftyTargets.targets(configuration, now).containsAll(configurations.learners());
  }
}
