package dev.synod.vertx.impl.request;

import dev.synod.core.Outcome;
import dev.synod.core.message.Value;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.impl.host.MemberHost;
import java.util.Locale;
import java.util.Set;

/** Turns failed outcomes into exceptions, with a message that says what to do. */
public final class OutcomeErrors {
  private final SynodOptions options;
  private final MemberHost host;

  public OutcomeErrors(SynodOptions options, MemberHost host) {
    this.options = options;
    this.host = host;
  }

  /** Returns the exception of an outcome without a result. */
  SynodException of(Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return new SynodException.Rejected(rejected.slot(), rejected.reason());
    }
    if (outcome instanceof Outcome.Busy) {
      return new SynodException.Busy(
          "member "
              + options.getMember()
              + " has reached maxQueuedBytes or maxReads, or the group has reached its limit of"
              + " sessions; retry after a short delay");
    }
    if (outcome instanceof Outcome.NoQuorum) {
      return new SynodException.NoQuorum(
          "no leader with a quorum was found, or the slot of a read was not reached, within "
              + options.getRequestTimeout()
              + " ms: the request had no effect and will have none");
    }
    if (outcome instanceof Outcome.ChangeRefused refused) {
      return new SynodException.ChangeRefused(
          refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), refused.text());
    }
    if (outcome instanceof Outcome.SessionExpired) {
      return new SynodException.SessionExpired(
          "the group heard nothing from member "
              + options.getMember()
              + " for "
              + options.getSessionTimeout()
              + " ms, so its session expired: the command had no effect and will have none");
    }
    String stopped = host.stopped();
    return new SynodException.OutcomeUnknown(
        (stopped != null ? stopped : "no answer within " + options.getRequestTimeout() + " ms")
            + ": the group may decide the command, now or later; read the state to find out");
  }

  /** Returns the exception of a command of that many bytes. */
  public SynodException tooLarge(long bytes) {
    return new SynodException.TooLarge(
        String.format(
            Locale.ROOT,
            "a command of %d bytes exceeds maxCommandBytes of member %s, %d: split it, or raise the option to at most %d",
            bytes,
            options.getMember(),
            options.getMaxCommandBytes(),
            Value.MAX_COMMAND));
  }

  /** Returns the exception of a client that was asked for an operation on members. */
  public SynodException notForClients() {
    return new SynodException.NotAdmitted(
        options.getMember()
            + " is a client of the group "
            + options.getGroup()
            + ", but only a member accepts this request");
  }

  /** Returns the exception of a member that hosts no state machine. */
  public SynodException noLearner() {
    return new SynodException.NotAdmitted(
        String.format(
            Locale.ROOT,
            "member %s of group %s is no learner and has no state machines: use a learner or a client",
            options.getMember(),
            options.getGroup()));
  }

  /**
   * Returns the exception for an unknown state machine. The command is refused here, because in the
   * log it would stop every member.
   */
  public IllegalArgumentException unknown(String machine, Set<String> known) {
    return new IllegalArgumentException(
        "no state machine is named '" + machine + "', only " + known);
  }
}
