package dev.synod.simulation;

import dev.synod.core.Ballot;
import dev.synod.core.Entry;
import dev.synod.core.Message;
import dev.synod.core.Recovered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches the whole cluster from outside, and throws a {@link Violation} at the first wrong step.
 */
final class Oracle {
  /** The state after each slot, whoever came there first. */
  private final Map<Long, Long> hashes = new HashMap<>();

  /** Each command's value, and the slot where it was applied. Values are unique. */
  private final Map<Long, Long> applied = new HashMap<>();

  /** When that was, for the first time. */
  private final Map<Long, Long> appliedAt = new HashMap<>();

  private final Map<String, Ballot> promised = new HashMap<>();
  private final Map<String, Map<Long, Ballot>> accepted = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private final World world;
  private long highest;

  Oracle(World world) {
    this.world = world;
  }

  Registers.Watcher watcher(String member) {
    return new Registers.Watcher() {
      private final Set<Long> seen = new HashSet<>();

      @Override
      public void command(long slot, long value) {
        if (!seen.add(value)) {
          throw new Violation(member + " applied the command " + value + " twice");
        }
        appliedAt.putIfAbsent(value, world.number());
        Long elsewhere = applied.putIfAbsent(value, slot);
        if (elsewhere != null && elsewhere != slot) {
          throw new Violation("the command " + value + " was applied at two slots");
        }
        if (refused.contains(value)) {
          throw new Violation("the command " + value + " was refused, and applied");
        }
      }

      @Override
      public void slot(long slot, long hash) {
        highest = Math.max(highest, slot);
        Long known = hashes.putIfAbsent(slot, hash);
        if (known != null && known != hash) {
          throw new Violation("the members differ after slot " + slot + ", seen at " + member);
        }
      }
    };
  }

  /** The highest slot that any member has applied. */
  long highest() {
    return highest;
  }

  /** The caller was told that this command will never be applied. */
  void refused(long value) {
    refused.add(value);
    if (applied.containsKey(value)) {
      throw new Violation("the command " + value + " was applied, and refused");
    }
  }

  /** The caller was told that this command is applied. */
  void acknowledged(long value) {
    acknowledged.add(value);
    if (!applied.containsKey(value)) {
      throw new Violation("the command " + value + " was acknowledged, and not applied");
    }
  }

  /** When a command was applied first; {@link Long#MAX_VALUE} if never. */
  long appliedAt(long value) {
    return appliedAt.getOrDefault(value, Long.MAX_VALUE);
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /** A message leaves a member that waited for its disk. */
  void left(String member, Message message) {
    if (message instanceof Message.Promise promise) {
      promised.merge(member, promise.ballot(), (a, b) -> a.isBelow(b) ? b : a);
    } else if (message instanceof Message.Accepted vote) {
      promised.merge(member, vote.ballot(), (a, b) -> a.isBelow(b) ? b : a);
      accepted
          .computeIfAbsent(member, name -> new HashMap<>())
          .merge(vote.slot(), vote.ballot(), (a, b) -> a.isBelow(b) ? b : a);
    }
  }

  /** Promises and votes that were given are not forgotten (I6). */
  void restarted(String member, Recovered recovered) {
    if (recovered.promised().isBelow(promised.getOrDefault(member, Ballot.NONE))) {
      throw new Violation(member + " forgot a promise");
    }
    Map<Long, Ballot> entries = new HashMap<>();
    for (Entry entry : recovered.entries()) {
      entries.put(entry.slot(), entry.ballot());
    }
    accepted
        .getOrDefault(member, Map.of())
        .forEach(
            (slot, ballot) -> {
              if (!entries.containsKey(slot)) {
                throw new Violation(member + " forgot what it accepted at slot " + slot);
              }
            });
  }
}
