package dev.synod.vertx;

import dev.synod.core.StateMachine;

/**
 * Provides a state machine to every member of every group in this JVM; {@link
 * java.util.ServiceLoader} finds the factories. All members of a group must have the same state
 * machines: a member stops when it reads a command for a state machine that it lacks.
 */
public interface StateMachineFactory {
  /**
   * Returns the name of the state machine, by which commands are routed; 1 to 127 bytes of UTF-8.
   */
  String name();

  /** Creates a state machine in its initial state, for one member of one group. */
  StateMachine create(SynodOptions options);
}
