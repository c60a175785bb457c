package dev.synod.data.coordination;

import dev.synod.core.StateMachine;
import dev.synod.vertx.StateMachineFactory;
import dev.synod.vertx.SynodOptions;

/** Provides a {@link CoordinationMachine} to every member. */
public final class CoordinationMachineFactory implements StateMachineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public CoordinationMachineFactory() {}

  @Override
  public String name() {
    return CoordinationMachine.NAME;
  }

  @Override
  public StateMachine create(SynodOptions options) {
    return new CoordinationMachine();
  }
}
