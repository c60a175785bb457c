package dev.synod.simulation.cluster;

import dev.synod.core.StateMachine;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.world.World;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The load of a group: a state machine and the clients that use it. */
public interface Load {
  /** A new, empty state machine that the oracle watches. */
  StateMachine machine(Oracle.Replica replica);

  /** A command that is submitted to each member in the end, and must come through. */
  byte[] probe(RandomGenerator random, long number);

  /** The clients, new ones. */
  List<SimulatedClient> clients(Cluster cluster);

  /**
   * One member is the whole group now, with the state that it answers from: what others have
   * acknowledged beyond that is lost.
   */
  void forced(UnaryOperator<byte[]> query, World world);

  /** A last check of a group that is well, before {@link #conclude}. */
  default void calm(Cluster cluster) {}

  /** The last look, when all is done. */
  void conclude(Oracle oracle);
}
