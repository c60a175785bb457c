package dev.synod.data.machine;

import dev.synod.core.StateMachine;
import dev.synod.vertx.StateMachineFactory;
import dev.synod.vertx.SynodOptions;

/** Provides a {@link MapMachine} to every member. */
public final class MapMachineFactory implements StateMachineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public MapMachineFactory() {}

  @Override
  public String name() {
    return MapMachine.NAME;
  }

  @Override
  public StateMachine create(SynodOptions options) {
    return new MapMachine();
  }
}
