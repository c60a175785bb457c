package dev.synod.web.impl.api;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.Roles;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Bodies;
import dev.synod.web.impl.http.Conditions;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The routes of the group: its members, its quorums and its leader, at any member. Every
 * authenticated caller may read; changes require an operator.
 */
final class GroupApi {
  private static final String MEMBERS = "/api/v1/members";
  private static final String QUORUMS = "/api/v1/quorums";
  private static final String LEADER = "/api/v1/leader";

  /**
   * Maximum size of a request's body: 63 members with long names, in a rule that names each of them
   * several times.
   */
  private static final int MAX_BYTES = 64 << 10;

  /** A change that others overtook so often is refused. */
  private static final int MOST_ATTEMPTS = 4;

  /** Code of a change that replaces another configuration than the latest one. */
  private static final String NOT_THE_LATEST = "not-the-latest";

  private final Synod synod;

  private final long requestTimeout;

  GroupApi(Synod synod, long requestTimeout) {
    this.synod = synod;
    this.requestTimeout = requestTimeout;
  }

  /** Adds the audit of the requests that change the group, refused requests included. */
  static void audit(Router router, Authenticator authenticator) {
    router.post(MEMBERS).handler(ctx -> Audit.handle(ctx, authenticator));
    router.put(QUORUMS).handler(ctx -> Audit.handle(ctx, authenticator));
    router.put(LEADER).handler(ctx -> Audit.handle(ctx, authenticator));
  }

  void mount(Router router) {
    Replies.get(router, MEMBERS, ctx -> show(ctx, Membership::toJson));
    router.post(MEMBERS).handler(this::change);
    Replies.onlyMethods(router, MEMBERS, "GET, POST");
    Replies.get(router, QUORUMS, ctx -> show(ctx, GroupApi::quorum));
    router.put(QUORUMS).handler(this::setQuorum);
    Replies.onlyMethods(router, QUORUMS, "GET, PUT");
    router.put(LEADER).handler(this::transfer);
    Replies.onlyMethods(router, LEADER, "PUT");
  }

  private static JsonObject quorum(Membership membership) {
    return new JsonObject()
        .put("configuration", membership.configuration())
        .put("quorum", membership.quorum())
        .put("summary", membership.summary());
  }

  private void show(RoutingContext ctx, Function<Membership, JsonObject> form) {
    Conditions conditions = Conditions.of(ctx, synod.identity());
    synod
        .membership()
        .onSuccess(
            membership -> {
              tag(ctx, membership);
              if (!conditions.matches(membership.configuration())) {
                Replies.problem(ctx, failed(membership));
              } else if (!conditions.isNew(membership.configuration())) {
                ctx.response().setStatusCode(304).end();
              } else {
                Replies.json(ctx, 200, form.apply(membership));
              }
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private void tag(RoutingContext ctx, Membership membership) {
    ctx.response().putHeader("ETag", Conditions.tag(synod.identity(), membership.configuration()));
  }

  private static ProblemException failed(Membership membership) {
    return new ProblemException(
        Problem.PRECONDITION_FAILED, "the group is in configuration " + membership.configuration());
  }

  /**
   * Changes the group, if it is in a configuration that the conditions allow. The change is bound
   * to the configuration for which they were met, so that no other change comes in between. With
   * one tag a request may be repeated: the group knows a change that it has made.
   */
  private Future<Membership> change(Conditions conditions, GroupChange change) {
    if (conditions.isEmpty()) {
      return synod.change(change);
    } else if (conditions.single() > 0) {
      return synod
          .change(change.on(conditions.single()))
          .recover(
              refused ->
                  isNotTheLatest(refused)
                      ? synod.membership().compose(now -> Future.failedFuture(failed(now)))
                      : Future.failedFuture(refused));
    }
    return attempt(conditions, change, 1);
  }

  private Future<Membership> attempt(Conditions conditions, GroupChange change, int number) {
    return synod
        .membership()
        .compose(
            now -> {
              if (!conditions.hold(now.configuration())) {
                return Future.failedFuture(failed(now));
              }
              return synod
                  .change(change.on(now.configuration()))
                  .recover(
                      refused ->
                          isNotTheLatest(refused) && number < MOST_ATTEMPTS
                              ? attempt(conditions, change, number + 1)
                              : Future.failedFuture(refused));
            });
  }

  private static boolean isNotTheLatest(Throwable refused) {
    return refused instanceof SynodException.ChangeRefused change
        && change.reason().equals(NOT_THE_LATEST);
  }

  private void change(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    Conditions conditions = Conditions.of(ctx, synod.identity());
    changed(
        ctx,
        body(ctx).map(GroupApi::changeOf).compose(change -> change(conditions, change)),
        Membership::toJson);
  }

  private void changed(
      RoutingContext ctx, Future<Membership> result, Function<Membership, JsonObject> form) {
    answer(ctx, result.onSuccess(membership -> tag(ctx, membership)), form);
  }

  private static GroupChange changeOf(JsonObject body) {
    Fields fields = new Fields(body);
    List<String> add = fields.names("add", List.of());
    List<String> learn = fields.names("learn", List.of());
    Map<String, Set<Role>> roles = fields.part("roles", Roles::read);
    List<String> remove = fields.names("remove", List.of());
    JsonObject quorum = fields.object("quorum");
    boolean force = fields.flag("force", false);
    fields.end();
    return new GroupChange(
        add,
        learn,
        roles == null ? Map.of() : roles,
        remove,
        quorum == null ? null : QuorumSpec.parse(quorum.encode()),
        force,
        0);
  }

  private void setQuorum(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    Conditions conditions = Conditions.of(ctx, synod.identity());
    changed(
        ctx,
        body(ctx)
            .map(
                body -> {
                  Fields fields = new Fields(body);
                  JsonObject quorum = fields.object("quorum");
                  boolean force = fields.flag("force", false);
                  fields.end();
                  if (quorum == null) {
                    throw Params.bad("quorum: is missing, expected the new rule");
                  }
                  GroupChange change = GroupChange.NONE.quorum(QuorumSpec.parse(quorum.encode()));
                  return force ? change.force() : change;
                })
            .compose(change -> change(conditions, change)),
        GroupApi::quorum);
  }

  private void transfer(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    Conditions.refuse(ctx);
    answer(
        ctx,
        body(ctx)
            .compose(
                body -> {
                  Fields fields = new Fields(body);
                  String member = fields.text("member", null);
                  fields.end();
                  if (member == null) {
                    throw Params.bad("member: is missing, expected the next leader");
                  }
                  return synod.transferLeadership(member).map(member);
                }),
        member -> new JsonObject().put("leader", member));
  }

  private Future<JsonObject> body(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    return Bodies.read(ctx, MAX_BYTES, requestTimeout)
        .map(Buffer::toJsonObject)
        .onSuccess(body -> Audit.asks(ctx, body));
  }

  private static <T> void answer(
      RoutingContext ctx, Future<T> result, Function<T, JsonObject> form) {
    result
        .onSuccess(value -> Replies.json(ctx, 200, form.apply(value)))
        .onFailure(failure -> Replies.problem(ctx, understood(failure)));
  }

  /** Turns a malformed body into a problem of the request. */
  private static Throwable understood(Throwable failure) {
    boolean bad =
        failure instanceof ConfigurationException
            || failure instanceof QuorumException
            || failure instanceof DecodeException
            || failure instanceof ClassCastException;
    return bad ? Params.bad("the body is invalid: " + failure.getMessage()) : failure;
  }
}
