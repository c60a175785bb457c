package dev.synod.vertx;

import dev.synod.core.StateMachine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The implementation behind the static methods of {@link Synod}, found by {@link
 * java.util.ServiceLoader}, so that the API imports no implementation. Applications call {@link
 * Synod} instead. Every method may be called from any thread.
 */
public interface SynodProvider {
  /**
   * Loads the implementation in this module.
   *
   * @throws IllegalStateException if the service file is missing, for example after shading without
   *     merging service files
   */
  static SynodProvider load() {
    return ServiceLoader.load(SynodProvider.class, SynodProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "META-INF/services/"
                        + SynodProvider.class.getName()
                        + " is missing: merge the service files when jars are merged into one"));
  }

  /** Implements {@link Synod#start(Vertx, SynodOptions, Map)}. */
  Future<Synod> start(Vertx vertx, SynodOptions options, Map<String, StateMachine> machines);

  /** Implements {@link Synod#client(Vertx, SynodOptions, Map)}. */
  Future<Synod> client(Vertx vertx, SynodOptions options, Map<String, StateMachine> machines);

  /** Implements {@link Synod#forceAlone}. */
  String forceAlone(SynodOptions options, Map<String, StateMachine> machines);

  /** Implements {@link Synod#skipCommand}. */
  String skipCommand(
      SynodOptions options, Map<String, StateMachine> machines, long slot, int command);
}
