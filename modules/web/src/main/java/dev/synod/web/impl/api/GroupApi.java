package dev.synod.web.impl.api;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.Synod;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.Roles;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.http.Bodies;
import dev.synod.web.impl.http.Params;
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
 * The group itself over HTTP: its members, its quorums and who leads; at any member. Whoever may
 * come in may look; changes are for operators.
 */
final class GroupApi {
  private static final String MEMBERS = "/api/v1/members";
  private static final String QUORUMS = "/api/v1/quorums";
  private static final String LEADER = "/api/v1/leader";

  /** Of a request's body: 63 members with long names, in a rule that names each several times. */
  private static final int MAX_BYTES = 64 << 10;

  private final Synod synod;

  GroupApi(Synod synod) {
    this.synod = synod;
  }

  /** The requests that change the group are audited, also those that are not let in. */
  static void audit(Router router) {
    router.post(MEMBERS).handler(Audit::handle);
    router.put(QUORUMS).handler(Audit::handle);
    router.put(LEADER).handler(Audit::handle);
  }

  void mount(Router router) {
    router.get(MEMBERS).handler(ctx -> answer(ctx, synod.membership(), Membership::toJson));
    router.post(MEMBERS).handler(this::change);
    Replies.onlyMethods(router, MEMBERS, "GET, POST");
    router.get(QUORUMS).handler(ctx -> answer(ctx, synod.membership(), GroupApi::quorum));
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

  private void change(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    answer(ctx, body(ctx).map(GroupApi::changeOf).compose(synod::change), Membership::toJson);
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
        force);
  }

  private void setQuorum(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    answer(
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
            .compose(synod::change),
        GroupApi::quorum);
  }

  private void transfer(RoutingContext ctx) {
    Authenticator.requireOperator(ctx);
    answer(
        ctx,
        body(ctx)
            .compose(
                body -> {
                  Fields fields = new Fields(body);
                  String member = fields.text("member", null);
                  fields.end();
                  if (member == null) {
                    throw Params.bad("member: is missing, expected who shall lead");
                  }
                  return synod.transferLeadership(member).map(member);
                }),
        member -> new JsonObject().put("leader", member));
  }

  private static Future<JsonObject> body(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    return Bodies.read(ctx, MAX_BYTES)
        .map(Buffer::toJsonObject)
        .onSuccess(body -> Audit.asks(ctx, body));
  }

  private static <T> void answer(
      RoutingContext ctx, Future<T> result, Function<T, JsonObject> form) {
    result
        .onSuccess(value -> Replies.json(ctx, 200, form.apply(value)))
        .onFailure(failure -> Replies.problem(ctx, understood(failure)));
  }

  /** What is wrong with a body, as a problem of the request. */
  private static Throwable understood(Throwable failure) {
    boolean bad =
        failure instanceof ConfigurationException
            || failure instanceof QuorumException
            || failure instanceof DecodeException
            || failure instanceof ClassCastException;
    return bad ? Params.bad("the body is not what it should be: " + failure.getMessage()) : failure;
  }
}
