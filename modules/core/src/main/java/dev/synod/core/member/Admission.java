package dev.synod.core.member;

import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.Learner;

/**
 * Decides which messages of accepted incarnations a member handles, because not every sender may
 * send every message.
 */
final class Admission {
  private final Configurations configurations;
  private final Followers followers;
  private final Learner learner;

  Admission(Configurations configurations, Followers followers, Learner learner) {
    this.configurations = configurations;
    this.followers = followers;
    this.learner = learner;
  }

  /** See {@link Member#admits}. */
  boolean admits(String from, Message message, Effects out) {
    if (!configurations.isInitialized() || configurations.isMember(from)) {
      return true;
    }
    if (configurations.hasLeft(from)) {
      // A former member cannot teach: all slots of its configurations are known here.
      return message instanceof Message.Learn
          || message instanceof Message.WantSnapshot
          || message instanceof Message.Fetch
          || message instanceof Message.OfIdentity
          || message instanceof Message.DurableSlotQuery
          || message instanceof Message.Resigned
          || message instanceof Message.TakeOver
          || message instanceof Message.Submit
          || message instanceof Message.ReadIndex;
    }
    if (message instanceof Message.Follow || !(message instanceof Message.ToLearner)) {
      return followers.admits(from, message);
    }
    if (!followers.isKnown(from)) {
      learner.meets(from, out);
    }
    return true;
  }
}
