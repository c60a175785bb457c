package dev.synod.simulation.cluster;

import dev.synod.core.host.Settings;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.simulation.plan.Faults;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Losses that repeat by a rule: by the size of a message, by time, and by the losses before. */
final class RepeatingLosses {
  private static final int MAX_DOUBLINGS = 4;

  /** Losses in a row on a link, and the end of the time in which it carries nothing. */
  private record Closed(int losses, long until) {}

  private final Cluster cluster;
  private final Map<String, Closed> closed = new HashMap<>();

  RepeatingLosses(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Tells whether a message is lost.
   *
   * @param lost whether it is lost for another reason
   */
  boolean loses(String from, String to, Message message, boolean lost) {
    Faults.Losses losses = cluster.faults().losses();
    if (losses.equals(Faults.Losses.NONE)) {
      return lost;
    }
    String link = from + ">" + to;
    if (losses.oversize() && isOversize(message)) {
      return true;
    }
    boolean silent = losses.period() > 0 && isSilent(link, losses);
    return losses.backOff() > 0 ? backsOff(link, losses.backOff(), lost || silent) : lost || silent;
  }

  /** Each link has a phase of its own. */
  private boolean isSilent(String link, Faults.Losses losses) {
    long phase = Math.floorMod(link.hashCode() * 7_919L, losses.period());
    return (cluster.world.now() + phase) % losses.period() < losses.silent()
        && cluster.world.strikes(1);
  }

  private boolean backsOff(String link, long backOff, boolean lost) {
    Closed before = closed.getOrDefault(link, new Closed(0, 0));
    long now = cluster.world.now();
    if (now < before.until()) {
      return cluster.world.strikes(1);
    }
    if (!lost) {
      closed.remove(link);
      return false;
    }
    closed.put(
        link,
        new Closed(
            Math.min(before.losses() + 1, MAX_DOUBLINGS), now + (backOff << before.losses())));
    return true;
  }

  /** Tells whether a message carries several of something, and more than the settings permit. */
  private boolean isOversize(Message message) {
    Settings settings = cluster.settings;
    if (message instanceof Message.Accept accept) {
      Value value = accept.value();
      return value.commands() > 1 && value.block().length > settings.maxBatch();
    } else if (message instanceof Message.Promise promise) {
      return isOversize(promise.entries());
    } else if (message instanceof Message.Learned learned) {
      return isOversize(learned.entries());
    }
    return message instanceof Message.Chunk chunk
        && chunk.bytes().length > settings.compaction().chunk();
  }

  private boolean isOversize(List<Entry> entries) {
    long bytes = entries.stream().mapToLong(entry -> entry.value().block().length).sum();
    return entries.size() > 1 && bytes > cluster.settings.maxPage();
  }
}
