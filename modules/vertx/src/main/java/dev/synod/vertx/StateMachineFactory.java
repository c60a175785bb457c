package dev.synod.vertx;

import dev.synod.core.StateMachine;

/**
 * Brings a state machine to every member of every group, found by {@link java.util.ServiceLoader}.
 * All members of a group must have the same ones: a member that meets a command for a machine it
 * does not have stops.
 */
public interface StateMachineFactory {
  /** The name that commands for it begin with; 1 to 127 bytes of UTF-8. */
  String name();

  /** A machine in its first state, for one member of one group. */
  StateMachine create(SynodOptions options);
}
