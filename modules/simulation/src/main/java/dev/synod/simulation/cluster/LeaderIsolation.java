package dev.synod.simulation.cluster;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.Phase;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Makes one leader after the other deaf for about as long as a lease lasts: what a leader may count
 * on then is only what it was granted before. First some acceptors no longer hear its beats, so
 * that their leases end, and answers to its beats come late; then nothing leaves it any more, and
 * nothing arrives but those answers, while others become candidates.
 */
final class LeaderIsolation {
  private final Cluster cluster;
  private final World world;

  /** The leader whom that befalls, until when, and from when on it is mute; empty before any is. */
  private String leader = "";

  private long until;
  private long muteFrom;

  /** Who does not hear its beats. */
  private Set<String> unheard = Set.of();

  /** Additional delay of the replies to its heartbeats, in virtual microseconds. */
  private long late;

  LeaderIsolation(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
  }

  /** It befalls some leader, if there is one, and it does not befall one already. */
  void befall(MembershipChurn membershipChurn) {
    List<SimulatedNode> leaders = cluster.nodes.stream().filter(SimulatedNode::leads).toList();
    if (leaders.isEmpty() || world.now() < until) {
      return;
    }
    SimulatedNode node = leaders.get(world.random.nextInt(leaders.size()));
    Configurations known = node.configurations();
    if (known == null) {
      return;
    }
    long lease = 1_000 * cluster.settings.lease().duration();
    boolean changes = world.random.nextBoolean();
    long mute = (long) (lease * (changes ? 1 + 2 * world.random.nextDouble() : upTo(2)));
    leader = node.name;
    muteFrom = world.now() + mute;
    until = muteFrom + (long) (lease * (1 + upTo(2)));
    late = world.random.nextBoolean() ? 0 : (long) (lease * upTo(2));
    unheard = unheard(known.latest());
    world.note(
        TraceEvent.Kind.CUT,
        leader,
        () ->
            String.format(
                Locale.ROOT,
                "is not heard by %s, and is deaf and mute from %d to %d ms, answers %d ms late",
                unheard,
                (muteFrom - World.BEGINNING) / 1_000,
                (until - World.BEGINNING) / 1_000,
                late / 1_000));
    if (changes) {
      Set<String> few = unheard;
      world.after(
          mute - 2_000 - world.random.nextLong(50_000), () -> membershipChurn.exchange(node, few));
    }
    interrupt(node, mute);
    for (int i = 2 + world.random.nextInt(5); i > 0; i--) {
      long within = world.random.nextBoolean() ? 50_000 : 2 * lease;
      usurp(mute + world.random.nextLong(within));
    }
  }

  /** Lets the leader begin to stop, or the others restart, when the isolation begins. */
  private void interrupt(SimulatedNode node, long mute) {
    Faults.Isolation isolation = cluster.faults().isolation();
    if (world.strikes(isolation.departures())) {
      world.after(Math.max(0, mute - 5_000 - world.random.nextLong(20_000)), node::leave);
    }
    if (world.strikes(isolation.restarts())) {
      for (SimulatedNode other : cluster.nodes) {
        if (other != node && !other.isOutsider()) {
          long crash = mute + world.random.nextLong(3_000);
          world.after(crash, other::crash);
          world.after(crash + 1_000 + world.random.nextLong(5_000), other::start);
        }
      }
      usurp(mute + 10_000 + world.random.nextLong(20_000));
    }
  }

  private double upTo(double most) {
    return world.random.nextDouble() * most;
  }

  /** Returns as many acceptors as a phase-2 quorum can do without, or fewer, in any order. */
  private Set<String> unheard(Configuration configuration) {
    List<String> others = new ArrayList<>(configuration.acceptors());
    others.remove(leader);
    List<String> rest = new ArrayList<>(configuration.acceptors());
    Set<String> chosen = new LinkedHashSet<>();
    for (int most = world.random.nextInt(1 + others.size()); most > 0; most--) {
      String next = others.remove(world.random.nextInt(others.size()));
      rest.remove(next);
      if (!configuration.quorums().isQuorum(Phase.TWO, rest)) {
        break;
      }
      chosen.add(next);
    }
    return chosen;
  }

  /** Makes a member a candidate, preferably one whose lease has ended. */
  private void usurp(long after) {
    List<SimulatedNode> others =
        cluster.nodes.stream()
            .filter(node -> !node.name.equals(leader))
            .filter(node -> unheard.isEmpty() || unheard.contains(node.name))
            .toList();
    if (!others.isEmpty()) {
      SimulatedNode node = others.get(world.random.nextInt(others.size()));
      world.after(
          after,
          () -> {
            world.note(TraceEvent.Kind.CANDIDATE, node.name, () -> "becomes a candidate");
            node.usurp();
          });
    }
  }

  /** It ends at once. */
  void end() {
    until = 0;
  }

  /** Whether this message does not arrive. */
  boolean loses(String from, String to, Message message) {
    if (world.now() >= until || from.equals(to)) {
      return false;
    }
    boolean mute = world.now() >= muteFrom;
    if (from.equals(leader)) {
      return mute || (message instanceof Message.Heartbeat && unheard.contains(to));
    }
    return mute && to.equals(leader) && !(message instanceof Message.HeartbeatAck);
  }

  /** Returns the additional delay of a message, in virtual microseconds. */
  long late(String from, String to, Message message) {
    boolean answer =
        message instanceof Message.HeartbeatAck && to.equals(leader) && !from.equals(to);
    return answer && world.now() < until ? late : 0;
  }
}
