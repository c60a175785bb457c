package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.impl.host.MemberHost;
import java.util.Locale;
import java.util.Set;

/** What a caller is told whose request came to nothing: which error, and what to do about it. */
public final class OutcomeErrors {
  private final SynodOptions options;
  private final MemberHost host;

  public OutcomeErrors(SynodOptions options, MemberHost host) {
    this.options = options;
    this.host = host;
  }

  /** What an outcome without a result is to a caller. */
  SynodException of(Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return new SynodException.Rejected(rejected.slot(), rejected.reason());
    }
    if (outcome instanceof Outcome.Busy) {
      return new SynodException.Busy(
          "member "
              + options.getMember()
              + " has as much under way as maxQueuedBytes and maxReads allow, or the group has as"
              + " many sessions as it can; try again soon");
    }
    if (outcome instanceof Outcome.NoQuorum) {
      return new SynodException.NoQuorum(
          "no leader with a quorum, or for a read not the slot that it waits for, was found within "
              + options.getRequestTimeout()
              + " ms: the request was not done, and will not be");
    }
    if (outcome instanceof Outcome.ChangeRefused refused) {
      return new SynodException.ChangeRefused(
          refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), refused.text());
    }
    if (outcome instanceof Outcome.SessionExpired) {
      return new SynodException.SessionExpired(
          "the group heard nothing of member "
              + options.getMember()
              + " for "
              + options.getSessionTimeout()
              + " ms, so its session ended: the command was not done, and will not be");
    }
    String stopped = host.stopped();
    return new SynodException.OutcomeUnknown(
        (stopped != null ? stopped : "no answer within " + options.getRequestTimeout() + " ms")
            + ": the command may have been decided, or may yet be; read to find out");
  }

  /** A client was asked for what only members do. */
  public SynodException notForClients() {
    return new SynodException.NotAdmitted(
        options.getMember()
            + " is a client of the group "
            + options.getGroup()
            + ", and that is asked of a member");
  }

  /** It hosts no state machine. */
  public SynodException noLearner() {
    return new SynodException.NotAdmitted(
        "member %s of group %s is no learner, so it has no state machines: ask another, or a client"
            .formatted(options.getMember(), options.getGroup()));
  }

  /** Refused here: once in the log, such a command would stop every member. */
  public IllegalArgumentException unknown(String machine, Set<String> known) {
    return new IllegalArgumentException(
        "no state machine is named '" + machine + "', only " + known);
  }
}
