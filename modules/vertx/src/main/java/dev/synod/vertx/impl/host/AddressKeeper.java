package dev.synod.vertx.impl.host;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member's addresses published. The cluster manager may drop them: after a partition, each
 * other node removes the addresses of a node that it took for dead, possibly after the partition
 * has healed and the addresses were published again. Such a member would never receive a message.
 * It therefore checks its addresses regularly and publishes missing ones again.
 *
 * <p>Used on the member's context only.
 */
public final class AddressKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(AddressKeeper.class);
  private static final long LOOK_MILLIS = 2_000;

  private final ContextInternal context;
  private final List<RoleVerticle> roles;
  private final @Nullable ClusterManager cluster;
  private long timer = -1;
  private boolean looking;
  private boolean stopped;

  public AddressKeeper(ContextInternal context, List<RoleVerticle> roles) {
    this.context = context;
    this.roles = roles;
    this.cluster = context.owner().clusterManager();
  }

  public void start() {
    if (cluster != null) {
      timer = context.owner().setPeriodic(LOOK_MILLIS, ignored -> look(cluster));
    }
  }

  public void stop() {
    stopped = true;
    context.owner().cancelTimer(timer);
  }

  /**
   * Checks the addresses, one check at a time, because an unreachable cluster manager may take a
   * minute to fail.
   */
  private void look(ClusterManager cluster) {
    if (looking || !cluster.isActive()) {
      return;
    }
    looking = true;
    Future<?> all = node(cluster);
    for (RoleVerticle role : roles) {
      all = all.eventually(() -> address(cluster, role));
    }
    all.onComplete(ignored -> looking = false);
  }

  private Future<?> node(ClusterManager cluster) {
    return this.<NodeInfo>ask(found -> cluster.getNodeInfo(cluster.getNodeId(), found))
        .recover(
            missing -> {
              LOG.debug("The addresses of this node cannot be looked up: {}", missing.getMessage());
              return this.<Void>ask(done -> cluster.setNodeInfo(cluster.getNodeInfo(), done))
                  .mapEmpty();
            });
  }

  private Future<?> address(ClusterManager cluster, RoleVerticle role) {
    return this.<List<RegistrationInfo>>ask(
            found -> cluster.getRegistrations(role.address(), found))
        .compose(
            registrations -> {
              if (stopped || registrations.stream().anyMatch(one -> isOwn(cluster, one))) {
                return Future.succeededFuture();
              }
              LOG.warn(
                  "The cluster has lost the address {}; it is published again", role.address());
              return role.register();
            });
  }

  private static boolean isOwn(ClusterManager cluster, RegistrationInfo registration) {
    return registration.nodeId().equals(cluster.getNodeId());
  }

  /** Asks the cluster manager and continues on the member's context. */
  private <T> Future<T> ask(Consumer<Promise<T>> question) {
    Promise<T> answer = context.promise();
    try {
      question.accept(answer);
    } catch (RuntimeException closing) {
      answer.tryFail(closing);
    }
    return answer.future();
  }
}
