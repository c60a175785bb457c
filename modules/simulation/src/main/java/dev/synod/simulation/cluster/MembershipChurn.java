package dev.synod.simulation.cluster;

import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.plan.QuorumGenerator;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes the members and the quorums of a running group. */
final class MembershipChurn {
  private static final int MOST_ACCEPTORS = 7;
  private static final int MOST_NODES = 40;

  private final Cluster cluster;
  private final World world;

  MembershipChurn(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
  }

  /** Asks this member, if it knows a group, for some change of it. */
  void ask(SimulatedNode node) {
    Configurations known = node.configurations();
    if (known == null || !known.isInitialized()) {
      return;
    }
    Configuration latest = known.latest();
    List<String> acceptors = new ArrayList<>(latest.acceptors());
    List<String> learners = new ArrayList<>(latest.learners());
    List<SimulatedNode> newcomers = new ArrayList<>();
    switch (world.random.nextInt(7)) {
      case 0 -> acceptors.add(newcomer(newcomers));
      case 1 -> learners.remove(leaver(acceptors));
      case 2, 3 -> { // one for one, or all of them
        for (int i = world.random.nextBoolean() ? 1 : acceptors.size(); i > 0; i--) {
          learners.remove(leaver(acceptors));
          acceptors.add(newcomer(newcomers));
        }
      }
      case 4 -> learners.add(newcomer(newcomers));
      case 5 -> { // a learner gets a say, or an acceptor has none any more
        List<String> mute = new ArrayList<>(learners);
        mute.removeAll(acceptors);
        if (mute.isEmpty()) {
          leaver(acceptors);
        } else {
          acceptors.add(mute.get(world.random.nextInt(mute.size())));
        }
      }
      default -> {
        // Only the quorums.
      }
    }
    while (acceptors.size() > MOST_ACCEPTORS) {
      learners.remove(leaver(acceptors));
    }
    for (String acceptor : acceptors) {
      if (!learners.contains(acceptor)) {
        learners.add(acceptor);
      }
    }
    QuorumSystem quorums = quorums(acceptors);
    if (quorums == null
        || isWithoutState(latest, learners, newcomers)
        || cluster.nodes.size() + newcomers.size() > MOST_NODES) {
      return;
    }
    boolean forced = world.chance(0.3);
    world.note(
        TraceEvent.Kind.CHANGE,
        node.name,
        () -> "is asked for " + quorums + ", learners " + learners + (forced ? ", forced" : ""));
    for (SimulatedNode newcomer : newcomers) {
      cluster.add(newcomer);
      world.after(world.random.nextLong(300_000), newcomer::start);
    }
    Configuration next = next(latest, learners, quorums, newcomers);
    willSubmit(next);
    willSubmit(latest);
    node.change(next, forced);
    if (world.chance(0.3)) {
      world.after(world.random.nextLong(100_000), () -> insist(node));
    }
  }

  /**
   * Returns a configuration with other proposers; witnesses stay witnesses, because they were
   * started without a state machine.
   */
  private Configuration next(
      Configuration latest,
      List<String> learners,
      QuorumSystem quorums,
      List<SimulatedNode> newcomers) {
    List<String> witnesses = new ArrayList<>(latest.witnesses());
    newcomers.stream().filter(SimulatedNode::isWitness).forEach(node -> witnesses.add(node.name));
    witnesses.retainAll(learners);
    List<String> proposers = new ArrayList<>(quorums.members());
    if (cluster.mixed) {
      proposers.clear();
      for (String member : learners) {
        if (world.random.nextBoolean()) {
          proposers.add(member);
        }
      }
      if (proposers.stream().allMatch(cluster.frail()::contains)) {
        learners.stream()
            .filter(member -> !cluster.frail().contains(member))
            .forEach(proposers::add);
        proposers = new ArrayList<>(new TreeSet<>(proposers));
      }
    }
    return new Configuration(latest.id(), List.copyOf(learners), quorums, proposers, witnesses);
  }

  /**
   * Asks this member for other quorums of the same acceptors: so many as these few can elect then,
   * without any of the others, who might decide before. If there are no few, nearly all must elect.
   */
  void exchange(SimulatedNode node, Set<String> few) {
    Configurations known = node.configurations();
    if (known == null || !known.isInitialized() || known.latest().acceptors().size() < 2) {
      return;
    }
    Configuration latest = known.latest();
    int size = latest.acceptors().size();
    int phase1 = few.isEmpty() ? size - 1 : few.size();
    QuorumSystem quorums =
        QuorumSystem.of(latest.acceptors(), new QuorumSpec.Counts(phase1, size + 1 - phase1), true);
    if (!isSound(quorums)) {
      return;
    }
    world.note(TraceEvent.Kind.CHANGE, node.name, () -> "is asked for " + quorums);
    Configuration next =
        new Configuration(
            latest.id(), latest.learners(), quorums, latest.proposers(), latest.witnesses());
    willSubmit(next);
    node.change(next, false);
  }

  /** Proposes a change without checking whether it is possible, which the log must tolerate. */
  private void insist(SimulatedNode node) {
    Configurations known = node.configurations();
    if (known != null && known.isInitialized()) {
      Configuration latest = known.latest();
      QuorumSystem quorums = quorums(latest.acceptors());
      if (quorums != null) {
        // And the one after it, before the first can be in use.
        for (long id = latest.id(); id <= latest.id() + 1; id++) {
          Configuration next =
              new Configuration(
                  id + 1, latest.learners(), quorums, latest.proposers(), latest.witnesses());
          willSubmit(next);
          node.propose(new GroupCommand.ChangeConfiguration(id, next));
        }
      }
    }
  }

  /** Records that a change to this configuration may wait at a leader. */
  private void willSubmit(Configuration next) {
    int names = cluster.nodes.stream().mapToInt(node -> 2 + node.name.length()).sum();
    cluster.submitted(new GroupCommand.ChangeConfiguration(1, next).toBytes().length + 4 * names);
  }

  /** Tells whether no member with a sound disk has the state. */
  private boolean isWithoutState(
      Configuration latest, List<String> learners, List<SimulatedNode> newcomers) {
    List<String> having = new ArrayList<>(learners);
    having.removeAll(latest.witnesses());
    having.removeAll(cluster.frail());
    newcomers.stream().filter(SimulatedNode::isWitness).forEach(node -> having.remove(node.name));
    return having.isEmpty();
  }

  private String newcomer(List<SimulatedNode> newcomers) {
    SimulatedNode node =
        new SimulatedNode(
            "n" + (cluster.nodes.size() + newcomers.size()),
            cluster,
            cluster.mixed && world.chance(0.3)
                ? SimulatedNode.Kind.JOINING_WITNESS
                : SimulatedNode.Kind.JOINING);
    newcomers.add(node);
    return node.name;
  }

  private String leaver(List<String> acceptors) {
    return acceptors.size() < 2 ? "" : acceptors.remove(world.random.nextInt(acceptors.size()));
  }

  /** Some over these members, such that those whose disks are sound hold a quorum of each phase. */
  private @Nullable QuorumSystem quorums(List<String> acceptors) {
    QuorumSystem drawn = new QuorumGenerator(world.random).over(acceptors);
    for (QuorumSystem each : List.of(drawn, QuorumSystem.majority(acceptors))) {
      if (isSound(each)) {
        return each;
      }
    }
    return null;
  }

  /** Whether those whose disks are sound hold a quorum of each phase. */
  private boolean isSound(QuorumSystem quorums) {
    List<String> sound = new ArrayList<>(quorums.members());
    sound.removeAll(cluster.frail());
    return quorums.isQuorum(Phase.ONE, sound) && quorums.isQuorum(Phase.TWO, sound);
  }
}
