package dev.synod.simulation.cluster;

import dev.synod.core.message.Incarnation;
import dev.synod.quorum.Phase;
import dev.synod.simulation.world.Disk;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Machines that run under the name of a member and have no right to it: with an empty disk, with an
 * old copy of the member's, or with the newest one beside the member itself. They are started where
 * every other member knows better, durably, and so none may listen to them, ever, whatever befalls
 * it; and all of them must have been told in the end.
 *
 * <p>Where somebody does not know better nothing is promised: see {@code core.Peers}. And one name
 * has no second machine: if all have, those that have met each other only are a group of their own,
 * in which each takes the members for the copies, with as good a right.
 */
final class Impostors {
  private final Cluster cluster;
  private final World world;

  /** By the name they bear. */
  private final Map<String, SimulatedNode> pretenders = new TreeMap<>();

  /** Disks of members, as they were once. */
  private final Map<String, Disk> copies = new TreeMap<>();

  Impostors(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
  }

  /** The one that bears this name; null if there is none. */
  @Nullable SimulatedNode of(String name) {
    return pretenders.get(name);
  }

  List<SimulatedNode> all() {
    return new ArrayList<>(pretenders.values());
  }

  /** Copies the disk of this member, or restarts it, or starts a machine under its name. */
  void appear(SimulatedNode member) {
    if (member.isOutsider()) {
      return;
    }
    boolean twin = cluster.faults().identities().twins();
    if (!twin && member.isUp() && world.chance(0.6)) {
      if (!copies.containsKey(member.name)) {
        copies.put(member.name, member.copyOfDisk());
      }
      // So that the copy grows old.
      cluster.crash(member);
      return;
    }
    Incarnation latest = member.incarnation();
    if (latest == null
        || pretenders.containsKey(member.name)
        || pretenders.size() == cluster.nodes.size() - 1
        || (twin && !member.isUp())
        || !isKnown(member, latest)) {
      return;
    }
    Disk copy = copies.get(member.name);
    Disk disk;
    if (twin) {
      disk = member.copyOfDisk();
    } else if (copy != null
        && copy.incarnationHistory().start() < latest.start()
        && world.chance(0.8)) {
      disk = copy;
      // It may have been started many times, and have spoken to nobody.
      boolean often = world.chance(0.3);
      while (often && disk.incarnationHistory().start() < latest.start()) {
        disk.open();
        disk.crash();
      }
    } else {
      disk = cluster.newDisk(member.name);
    }
    SimulatedNode pretender = new SimulatedNode(member, disk);
    pretenders.put(member.name, pretender);
    world.note(TraceEvent.Kind.START, member.name, () -> "is to have a second machine of its name");
    pretender.start();
  }

  /** Whether all others know this life, and one of them is needed to decide anything. */
  private boolean isKnown(SimulatedNode member, Incarnation incarnation) {
    return cluster.nodes.size() > 1
        && !cluster.birth.quorums().isQuorum(Phase.ONE, List.of(member.name))
        && cluster.nodes.stream()
            .filter(other -> !other.isOutsider())
            .allMatch(other -> other == member || other.knows(member.name, incarnation));
  }
}
