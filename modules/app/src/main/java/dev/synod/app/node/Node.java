package dev.synod.app.node;

import dev.synod.app.terminal.CommandErrors;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.config.CertificateExpiry;
import dev.synod.web.SynodWeb;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member with its Vert.x instance and its web: the content of a node process, or one of three in
 * the demo.
 */
public final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final Vertx vertx;
  private final Synod synod;
  private final SynodWeb web;
  private final NodeOptions options;
  private final CompletableFuture<Void> ended;
  private @Nullable Future<Void> closing;

  private Node(
      Vertx vertx, Synod synod, SynodWeb web, NodeOptions options, CompletableFuture<Void> ended) {
    this.vertx = vertx;
    this.synod = synod;
    this.web = web;
    this.options = options;
    this.ended = ended;
    // A process whose member has stopped permanently is of no use.
    synod.ended().onFailure(this::end);
  }

  private void end(Throwable why) {
    if (why instanceof SynodException.Left) {
      ended.complete(null);
    } else if (why instanceof StorageException) {
      ended.completeExceptionally(CommandErrors.of(why));
    } else {
      ended.completeExceptionally(
          new CommandFailure(ExitCode.IO, String.valueOf(why.getMessage())));
    }
  }

  /** Starts all of it, or nothing: what was started is stopped when the rest cannot be. */
  public static Future<Node> start(NodeOptions options) {
    ClusterOptions cluster = options.cluster();
    if (cluster != null) {
      Clustering.halfOpen(cluster).forEach(warning -> LOG.warn("{}", warning));
    }
    // Of no context: a context of this Vert.x would never hear that it is closed.
    Promise<Node> promise = Promise.promise();
    if (cluster == null) {
      start(Vertx.vertx(), options, promise);
    } else {
      Clustering.start(cluster)
          .onSuccess(
              node ->
                  start(
                      node.vertx(),
                      new NodeOptions(
                          options.synod(), cluster.withPort(node.port()), options.web()),
                      promise))
          .onFailure(promise::fail);
    }
    return promise.future();
  }

  private static void start(Vertx vertx, NodeOptions options, Promise<Node> promise) {
    Synod.start(vertx, options.synod())
        .compose(synod -> serve(vertx, synod, options))
        .onSuccess(promise::complete)
        .onFailure(failure -> vertx.close().onComplete(closed -> promise.fail(failure)));
  }

  private static Future<Node> serve(Vertx vertx, Synod synod, NodeOptions options) {
    SynodWeb web = SynodWeb.create(vertx, synod, options.web());
    ClusterOptions cluster = options.cluster();
    CertificateExpiry certificates =
        cluster == null || cluster.tls() == null
            ? null
            : CertificateExpiry.of("cluster", cluster.tls());
    if (certificates != null) {
      synod.addHealthCheck(certificates::alarms);
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    return web.metrics(NodeMetrics.of(synod, web, certificates)::scrape)
        .onStop(
            () -> {
              LOG.info("Member {} was told to stop, and does", synod.member());
              ended.complete(null);
            })
        .listen()
        .map(listening -> new Node(vertx, synod, listening, options, ended))
        .recover(failure -> synod.close().transform(closed -> Future.failedFuture(failure)));
  }

  /**
   * Completes when the member was told to stop or has left its group, and fails with a {@link
   * CommandFailure} when it cannot go on. It is not closed then.
   */
  CompletableFuture<Void> ended() {
    return ended;
  }

  String member() {
    return synod.member();
  }

  public Future<Status> status() {
    return synod.status();
  }

  /**
   * Returns the address of this node in the cluster, as {@code host:port}; null without a cluster.
   */
  public @Nullable String clusterAddress() {
    ClusterOptions cluster = options.cluster();
    return cluster == null ? null : cluster.self();
  }

  /** Where its page is. */
  public String url() {
    return (options.web().getTls() == null ? "http://" : "https://")
        + options.web().getHost()
        + ":"
        + web.actualPort();
  }

  /** In one line: who, where, and where its data is. */
  public String describe() {
    ClusterOptions cluster = options.cluster();
    return String.format(
        Locale.ROOT,
        "member %s  page %s/%s  data %s",
        synod.member(),
        url(),
        cluster == null ? "" : "  cluster " + cluster.self(),
        options.synod().getDataDirectory());
  }

  /** Hands leadership over, stops, and leaves the cluster; once, however often it is called. */
  public synchronized Future<Void> close() {
    Future<Void> known = closing;
    if (known != null) {
      return known;
    }
    Promise<Void> promise = Promise.promise();
    closing = promise.future();
    web.close()
        .onFailure(failure -> LOG.warn("the web of {} was not closed well", member(), failure))
        .eventually(synod::close)
        .onComplete(closed -> vertx.close().onComplete(promise));
    return promise.future();
  }
}
