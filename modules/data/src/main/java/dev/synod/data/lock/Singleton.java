package dev.synod.data.lock;

import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verticle of which one instance runs in a group: at the leader of an {@link Election}. Each
 * member that may run the verticle deploys a singleton of the same name. When the leader dies or
 * loses its lease, the verticle starts at the next candidate.
 *
 * <p>A former instance is undeployed when its leadership is lost, before the group elects another
 * leader, as far as its process runs. A process that stands still cannot do that, so a verticle
 * that writes to a shared resource sends its fencing token along, as {@link Grant} describes.
 *
 * <p>Threading: every method may be called from any thread.
 */
public final class Singleton {
  private static final Logger LOG = LoggerFactory.getLogger(Singleton.class);

  /** Time between two attempts after a failure, in milliseconds. */
  private static final long RETRY = 1_000;

  private final Vertx vertx;
  private final Election election;
  private final String value;
  private final DeploymentOptions options;
  private final Function<Grant, ? extends Deployable> verticle;

  /** The context that the state is used on. */
  private final Context context;

  private @Nullable Grant leadership;
  private @Nullable Future<String> deployment;
  private volatile boolean running;
  private boolean stopped;

  private Singleton(
      Vertx vertx,
      Synod synod,
      String name,
      DeploymentOptions options,
      Function<Grant, ? extends Deployable> verticle) {
    this.vertx = vertx;
    this.election = Election.of(synod, name);
    this.value = String.valueOf(synod.member());
    this.options = options;
    this.verticle = verticle;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
  }

  /**
   * Deploys a verticle wherever this member is elected. See {@link #deploy(Vertx, Synod, String,
   * DeploymentOptions, Function)}.
   */
  public static Singleton deploy(
      Vertx vertx, Synod synod, String name, Function<Grant, ? extends Deployable> verticle) {
    return deploy(vertx, synod, name, new DeploymentOptions(), verticle);
  }

  /**
   * Deploys a verticle when this member is elected, and undeploys it when the leadership is lost. A
   * deployment that fails is logged; the member then gives the leadership back and campaigns again
   * after a second.
   *
   * @param vertx instance that runs the verticle
   * @param synod member or client of the group
   * @param name name of the singleton, 1 to 128 characters; the name of its election
   * @param verticle creates the verticle for a leadership, whose token it may use
   * @throws IllegalArgumentException if the name is invalid
   */
  public static Singleton deploy(
      Vertx vertx,
      Synod synod,
      String name,
      DeploymentOptions options,
      Function<Grant, ? extends Deployable> verticle) {
    Singleton singleton = new Singleton(vertx, synod, name, options, verticle);
    synod.addCloseHook(singleton::stop);
    singleton.context.runOnContext(turn -> singleton.campaign());
    return singleton;
  }

  /** Tells whether the instance of the verticle runs here. */
  public boolean isRunning() {
    return running;
  }

  /**
   * Undeploys the verticle if it runs here, and then gives the leadership back, so that it starts
   * at another member.
   */
  public Future<Void> stop() {
    Promise<Void> done = ((VertxInternal) vertx).getOrCreateContext().promise();
    context.runOnContext(
        turn -> {
          stopped = true;
          end().onComplete(done);
        });
    return done.future();
  }

  private void campaign() {
    if (!stopped) {
      election.campaign(value).onSuccess(this::elected).onFailure(this::failed);
    }
  }

  private void elected(Grant granted) {
    leadership = granted;
    granted.onLost(reason -> end().onComplete(ended -> campaign()));
    if (stopped) {
      end();
      return;
    }
    Future<String> deploying;
    try {
      deploying = vertx.deployVerticle(verticle.apply(granted), options);
    } catch (RuntimeException failed) {
      deploying = Future.failedFuture(failed);
    }
    deployment = deploying;
    deploying
        .onSuccess(id -> running = leadership == granted)
        .onFailure(
            failed -> {
              LOG.warn("singleton {}: the verticle cannot be deployed", election.name(), failed);
              end().onComplete(ended -> later());
            });
  }

  private void failed(Throwable failure) {
    boolean over =
        failure instanceof SynodException.Closed || failure instanceof SynodException.Left;
    if (!over) {
      LOG.info("singleton {}: cannot campaign: {}", election.name(), failure.toString());
      later();
    }
  }

  private void later() {
    vertx.setTimer(RETRY, fired -> context.runOnContext(turn -> campaign()));
  }

  /** Undeploys the verticle, if it was deployed, and gives the leadership back, if it is held. */
  private Future<Void> end() {
    Grant granted = leadership;
    Future<String> deployed = deployment;
    leadership = null;
    deployment = null;
    running = false;
    Future<Void> undeployed =
        deployed == null
            ? Future.succeededFuture()
            : deployed.compose(vertx::undeploy).otherwiseEmpty();
    return granted == null
        ? undeployed
        : undeployed.eventually(
            () -> granted.isHeld() ? granted.release().otherwiseEmpty() : Future.succeededFuture());
  }
}
