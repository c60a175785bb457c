package dev.synod.simulation.cluster;

import dev.synod.core.message.Incarnation;
import dev.synod.quorum.Phase;
import dev.synod.simulation.disk.Disk;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Machines that run under the name of a member: with an empty disk, with an old copy of the
 * member's disk, or with the newest copy beside the running member. A copy starts only when every
 * other member durably knows the real incarnation, and a machine with an empty disk when the same
 * holds or every founder belongs to the group. So no member may ever accept one of them, and each
 * of them must be told so in the end.
 *
 * <p>Nothing is guaranteed for members that do not know the real incarnation: see {@code
 * PeerIdentities}. While one of the machines has a copy, one name gets no second machine, because
 * copies of all members are a group. Machines with empty disks may run under all names: they may
 * found a group of their own, which has another birth.
 */
final class Impostors {
  private final Cluster cluster;
  private final World world;

  /** Impostors by their name. */
  private final Map<String, SimulatedNode> pretenders = new TreeMap<>();

  /** Whether one of them has a copy of a disk. */
  private boolean copied;

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
        || (twin && !member.isUp())
        || !isKnown(member, latest, twin)) {
      return;
    }
    // While all of them but the last one have empty disks, that one may have one too.
    boolean last = pretenders.size() == cluster.birth.members().size() - 1;
    if (last && (twin || copied)) {
      return;
    }
    Disk copy = copies.get(member.name);
    Disk disk;
    if (twin) {
      disk = member.copyOfDisk();
    } else if (copy != null
        && !last
        && copy.incarnationHistory().start() < latest.start()
        && world.chance(0.8)) {
      disk = copy;
      // The member may have been started many times without sending a message.
      boolean often = world.chance(0.6);
      while (often && disk.incarnationHistory().start() < latest.start()) {
        disk.open();
        disk.crash();
      }
    } else {
      disk = cluster.newDisk(member.name);
    }
    boolean empty = !twin && disk != copy;
    copied |= !empty;
    SimulatedNode pretender = new SimulatedNode(member, disk, empty);
    pretenders.put(member.name, pretender);
    world.note(TraceEvent.Kind.START, member.name, () -> "is to have a second machine of its name");
    pretender.start();
  }

  /** Whether all others know this life, and one of them is needed to decide anything. */
  private boolean isKnown(SimulatedNode member, Incarnation incarnation, boolean twin) {
    if (cluster.founding && !twin && !copies.containsKey(member.name)) {
      return cluster.birth.members().size() > 1 && cluster.isFounded();
    }
    return cluster.nodes.size() > 1
        && !cluster.birth.quorums().isQuorum(Phase.ONE, List.of(member.name))
        && cluster.nodes.stream()
            .filter(other -> !other.isOutsider())
            .allMatch(other -> other == member || other.knows(member.name, incarnation));
  }
}
