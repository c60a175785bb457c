package dev.synod.vertx;

import dev.synod.core.StateMachine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The runtime behind the static methods of {@link Synod}, found by {@link java.util.ServiceLoader}.
 * The API imports no implementation through it; applications call {@link Synod} instead. Every
 * method may be called from any thread.
 */
public interface SynodProvider {
  /**
   * The runtime of this module.
   *
   * @throws IllegalStateException if the jar lacks its service file, as after careless shading
   */
  static SynodProvider load() {
    return ServiceLoader.load(SynodProvider.class, SynodProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "META-INF/services/"
                        + SynodProvider.class.getName()
                        + " is missing: when jars are merged into one, their service files must be"
                        + " merged as well"));
  }

  /** Implements {@link Synod#start(Vertx, SynodOptions, Map)}. */
  Future<Synod> start(Vertx vertx, SynodOptions options, Map<String, StateMachine> machines);

  /** Implements {@link Synod#client(Vertx, SynodOptions, Map)}. */
  Future<Synod> client(Vertx vertx, SynodOptions options, Map<String, StateMachine> machines);

  /** Implements {@link Synod#forceAlone}. */
  String forceAlone(SynodOptions options, Map<String, StateMachine> machines);
}
