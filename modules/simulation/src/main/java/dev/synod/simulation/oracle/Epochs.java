package dev.synod.simulation.oracle;

import dev.synod.core.CommandRejected;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.GroupCommand.ChangeConfiguration;
import dev.synod.core.message.Value;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The configuration of each slot, which the oracle computes from the chosen values. */
final class Epochs {
  private final long alpha;

  /** Configurations by their first slot. */
  private final TreeMap<Long, Configuration> configurations = new TreeMap<>();

  private final Set<String> left = new HashSet<>();
  private long chosen;

  Epochs(long alpha, Configuration first) {
    this.alpha = alpha;
    configurations.put(1L, first);
  }

  /** All slots up to this one were shown to {@link #chosen(long, Value)}. */
  long chosen() {
    return chosen;
  }

  boolean isKnown(long slot) {
    return slot <= chosen + alpha;
  }

  Configuration at(long slot) {
    return configurations.floorEntry(slot).getValue();
  }

  /** The one that a change in this slot has made. */
  Configuration madeBy(long slot) {
    return at(slot + alpha);
  }

  /** Whether the configuration of that number has all these members as learners. */
  boolean isLearnedBy(long number, List<String> members) {
    return configurations.values().stream()
        .anyMatch(of -> of.id() == number && of.learners().containsAll(members));
  }

  /** The one that begins at this slot. */
  boolean begins(long slot, Configuration configuration) {
    return configuration.equals(configurations.get(slot));
  }

  Configuration latest() {
    return configurations.lastEntry().getValue();
  }

  boolean hasLeft(String member) {
    return left.contains(member);
  }

  /** The value of the next slot. */
  void chosen(long slot, Value value) {
    chosen = slot;
    value.forEach(
        (session, sequence, acknowledged, payload) -> {
          if (session == GroupCommand.NO_SESSION) {
            command(slot, payload);
          }
        });
  }

  private void command(long slot, ByteBuffer payload) {
    try {
      if (GroupCommand.read(payload) instanceof ChangeConfiguration change) {
        change(slot, change);
      }
    } catch (CommandRejected notOne) {
      // It changes nothing.
    }
  }

  private void change(long slot, ChangeConfiguration change) {
    Configuration next = change.next();
    if (change.replaces() == latest().id()
        && configurations.lastKey() <= slot
        && next.id() > latest().id()
        && next.members().stream().noneMatch(left::contains)) {
      for (String member : latest().members()) {
        if (!next.members().contains(member)) {
          left.add(member);
        }
      }
      configurations.put(slot + alpha, next);
    }
  }
}
