package dev.synod.app;

import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.web.SynodWeb;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member with its Vert.x and its web: all that one process is, or a third of a demo. */
final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final Vertx vertx;
  private final Synod synod;
  private final SynodWeb web;
  private final NodeOptions options;
  private final CompletableFuture<CommandFailure> failed = new CompletableFuture<>();

  private Node(Vertx vertx, Synod synod, SynodWeb web, NodeOptions options) {
    this.vertx = vertx;
    this.synod = synod;
    this.web = web;
    this.options = options;
    // A member that has stopped for good leaves a process that serves nobody.
    synod
        .ended()
        .onFailure(
            why ->
                failed.complete(new CommandFailure(ExitCode.IO, String.valueOf(why.getMessage()))));
  }

  /** Starts all of it, or nothing: what was started is stopped when the rest cannot be. */
  static Future<Node> start(NodeOptions options) {
    ClusterOptions cluster = options.cluster();
    // Of no context: a context of this Vert.x would never hear that it is closed.
    Promise<Node> promise = Promise.promise();
    (cluster == null ? Future.succeededFuture(Vertx.vertx()) : Clustering.start(cluster))
        .onSuccess(vertx -> start(vertx, options, promise))
        .onFailure(promise::fail);
    return promise.future();
  }

  private static void start(Vertx vertx, NodeOptions options, Promise<Node> promise) {
    Synod.start(vertx, options.synod())
        .compose(synod -> serve(vertx, synod, options))
        .onSuccess(promise::complete)
        .onFailure(failure -> vertx.close().onComplete(closed -> promise.fail(failure)));
  }

  private static Future<Node> serve(Vertx vertx, Synod synod, NodeOptions options) {
    return SynodWeb.create(vertx, synod, options.web())
        .listen()
        .map(web -> new Node(vertx, synod, web, options))
        .recover(failure -> synod.close().transform(closed -> Future.failedFuture(failure)));
  }

  /** Completes when the member cannot go on, and says why. */
  CompletableFuture<CommandFailure> failed() {
    return failed;
  }

  String member() {
    return synod.member();
  }

  Future<Status> status() {
    return synod.status();
  }

  /** Where its page is. */
  String url() {
    return "http://" + options.web().getHost() + ":" + web.actualPort();
  }

  /** In one line: who, where, and where its data is. */
  String describe() {
    ClusterOptions cluster = options.cluster();
    return "member %s  page %s/%s  data %s"
        .formatted(
            synod.member(),
            url(),
            cluster == null ? "" : "  cluster " + cluster.self(),
            options.synod().getDataDirectory());
  }

  /** Hands leadership over, stops, and leaves the cluster. */
  Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    web.close()
        .onFailure(failure -> LOG.warn("the web of {} was not closed well", member(), failure))
        .eventually(synod::close)
        .onComplete(closed -> vertx.close().onComplete(promise));
    return promise.future();
  }
}
