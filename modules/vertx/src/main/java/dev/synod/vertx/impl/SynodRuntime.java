package dev.synod.vertx.impl;

import dev.synod.core.StateMachine;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.SynodProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/** The provider that {@link Synod} loads; it starts members and clients. Thread-safe. */
public final class SynodRuntime implements SynodProvider {
  @Override
  public Future<Synod> start(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodMember.start(vertx, options, machines);
  }

  @Override
  public Future<Synod> client(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodMember.client(vertx, options, machines);
  }

  @Override
  public String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    return SynodMember.forceAlone(options, machines);
  }

  @Override
  public String skipCommand(
      SynodOptions options, Map<String, StateMachine> machines, long slot, int command) {
    return SynodMember.skipCommand(options, machines, slot, command);
  }
}
