package dev.synod.simulation.cluster;

import dev.synod.core.member.Member;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.world.Violation;

/** The oracle's check of one incarnation of a member after each turn. */
final class OracleProbe {
  private final SimulatedNode node;
  private final Oracle oracle;
  private final Cluster cluster;
  private long applied;
  private long floor;
  private long time;

  OracleProbe(SimulatedNode node, Oracle oracle, Cluster cluster) {
    this.node = node;
    this.oracle = oracle;
    this.cluster = cluster;
  }

  /** Compares what the member has come to know since the last time. */
  void look(Member member) {
    String name = node.name;
    if (applied < member.replica().applied() && !node.isWitness()) {
      oracle.state(name, member.replica().applied(), member.replica().hash());
    }
    oracle.compacted(name, floor, member.log().floor());
    floor = member.log().floor();
    if (member.replica().applied() >= floor) {
      applied = Math.max(applied, floor);
    }
    while (applied < member.replica().applied()) {
      applied++;
      oracle.delivered(name, member.log().chosenEntry(applied));
    }
    if (member.replica().time() < time) {
      throw new Violation("the time in the log falls at slot " + applied);
    }
    time = member.replica().time();
    if (member.isInitialized()) {
      oracle.configured(name, member.configurations());
    }
    if (member.proposer().inFlight() > cluster.alpha) {
      throw new Violation(name + " proposes beyond the window (I1)");
    }
    if (member.proposer().waitingBytes() > cluster.queueLimit()) {
      throw new Violation(
          name + " holds " + member.proposer().waitingBytes() + " bytes of waiting commands");
    }
  }
}
