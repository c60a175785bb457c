package dev.synod.core.replica;

import dev.synod.core.message.Message.StateHash;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Compares the states of the members: at every marker slot each member sends the hash of its state
 * to the others. Diverged replicas would return different results, so a member that detects a
 * difference stops permanently.
 */
public final class StateHashCheck {
  /** Number of hashes kept, of this member and of each other member. */
  private static final int KEPT = 16;

  /** Thrown if this member's state differs from that of another member at the same slot. */
  static final class StatesDiffer extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StatesDiffer(String self, String other, long slot, long here, long there) {
      super(
          String.format(
              Locale.ROOT,
              "the state of member %s after slot %d has the hash %x, and that of member %s has %x: one of them is wrong, and the hashes do not tell which. Both stop. Keep their data directories; find out whether they run the same version, and whether a state machine is not deterministic or a memory is faulty. Then give the wrong one an empty data directory under a new name",
              self,
              slot,
              here,
              other,
              there));
    }
  }

  private final String self;
  private final Configurations configurations;
  private final TreeMap<Long, Long> own = new TreeMap<>();
  private final TreeMap<String, TreeMap<Long, Long>> heard = new TreeMap<>();
  private long told;

  /** Creates a check among the learners of these configurations. */
  public StateHashCheck(String self, Configurations configurations) {
    this.self = self;
    this.configurations = configurations;
  }

  /** Records this member's hash at a marker slot. */
  public void reached(long slot, long hash, Effects out) {
    keep(own, slot, hash);
    heard.forEach(
        (member, hashes) -> {
          Long there = hashes.get(slot);
          if (there != null) {
            compare(member, slot, hash, there, out);
          }
        });
  }

  /** Compares the hash of another member at a marker slot. */
  public void heard(String member, StateHash message, Effects out) {
    if (member.equals(self) || !configurations.learners().contains(member)) {
      return;
    }
    keep(heard.computeIfAbsent(member, name -> new TreeMap<>()), message.slot(), message.hash());
    Long here = own.get(message.slot());
    if (here != null) {
      compare(member, message.slot(), here, message.hash(), out);
    }
  }

  private void compare(String member, long slot, long here, long there, Effects out) {
    if (here != there) {
      // The other member detects the difference from this message.
      out.send(member, new StateHash(slot, here));
      throw new StatesDiffer(self, member, slot, here, there);
    }
  }

  private static void keep(NavigableMap<Long, Long> hashes, long slot, long hash) {
    hashes.put(slot, hash);
    if (hashes.size() > KEPT) {
      hashes.pollFirstEntry();
    }
  }

  /** Drops the hashes, because another state replaced this one. */
  public void forget() {
    own.clear();
  }

  /** Sends the latest hash, unless it was sent already. */
  public void tick(Effects out) {
    heard.keySet().retainAll(configurations.learners());
    if (!own.isEmpty() && own.lastKey() > told) {
      told = own.lastKey();
      StateHash message = new StateHash(told, own.lastEntry().getValue());
      for (String learner : configurations.learners()) {
        if (!learner.equals(self)) {
          out.send(learner, message);
        }
      }
    }
  }
}
