package dev.synod.web.impl.api;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.data.ReplicatedMap;
import dev.synod.data.WriteResult;
import dev.synod.data.machine.MapCodec;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.Synod;
import dev.synod.web.auth.Permission;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.feed.MapPage;
import dev.synod.web.impl.http.Bodies;
import dev.synod.web.impl.http.Conditions;
import dev.synod.web.impl.http.Params;
import dev.synod.web.impl.http.Problem;
import dev.synod.web.impl.http.ProblemException;
import dev.synod.web.impl.http.Replies;
import dev.synod.web.impl.http.ValueJson;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The routes of maps. A value is the plain body of a request or response: {@code text/plain} if its
 * bytes are UTF-8, otherwise {@code application/octet-stream}. The version of the value is its
 * ETag, after the identity of the group's history.
 */
final class MapsApi {
  private static final String ENTRY = "/api/v1/maps/:map/:key";
  private static final String LIST = "/api/v1/maps/:map";

  /**
   * Map and key as query parameters, because a path cannot contain the names {@code .} and {@code
   * ..}.
   */
  private static final String ANY = "/api/v1/maps";

  /** Key whose path is the path of the map's stream of changes. */
  private static final String WATCH = "watch";

  private static final int LIST_BYTES = 1 << 20;

  private static final Set<String> LEVELS = Set.of("level", "within", "notBefore");

  private static final Set<String> LIST_PARAMETERS =
      Set.of("prefix", "limit", "after", "level", "within", "notBefore");

  /** Maximum number of attempts of a conditional write that concurrent writes overtake. */
  private static final int MOST_ATTEMPTS = 16;

  private final Synod synod;
  private final long requestTimeout;

  MapsApi(Synod synod, long requestTimeout) {
    this.synod = synod;
    this.requestTimeout = requestTimeout;
  }

  void mount(Router router) {
    Replies.get(router, LIST, this::list);
    Replies.onlyMethods(router, LIST, "GET");
    Replies.get(
        router,
        ANY,
        ctx -> {
          if (Params.text(ctx, "key") == null) {
            list(ctx);
          } else {
            get(ctx);
          }
        });
    for (String address : List.of(ENTRY, ANY)) {
      router.put(address).handler(this::put);
      router.delete(address).handler(this::delete);
    }
    Replies.get(router, ENTRY, this::get);
    Replies.onlyMethods(router, ENTRY, "GET, PUT, DELETE");
    Replies.onlyMethods(router, ANY, "GET, PUT, DELETE");
  }

  /** Returns the map of a writing request. */
  private ReplicatedMap<Buffer> map(RoutingContext ctx) {
    String map = Params.map(ctx);
    Authenticator.require(ctx, Permission.WRITE, map);
    return ReplicatedMap.of(synod, map, Buffer.class);
  }

  /** Returns the key of a request that writes. */
  private static String key(RoutingContext ctx) {
    String key = Params.key(ctx);
    if (key.equals(WATCH) && ctx.pathParam("key") != null) {
      throw new ProblemException(
          Problem.RESERVED_KEY, ctx.request().path() + " is the map's stream of changes");
    }
    return key;
  }

  private void put(RoutingContext ctx) {
    Params.only(ctx, Set.of("ttl"), "map", "key");
    long life = Params.number(ctx, "ttl", 0, 1, MapCodec.MAX_LIFE);
    ReplicatedMap<Buffer> stays = map(ctx);
    ReplicatedMap<Buffer> map = life == 0 ? stays : stays.withTimeToLive(life);
    String key = key(ctx);
    Conditions conditions = Conditions.of(ctx, synod.identity());
    Bodies.read(ctx, synod.options().getMaxValueBytes(), requestTimeout)
        .compose(
            value -> {
              if (conditions.isEmpty()) {
                return map.put(key, value).map(write -> new Done(write, false));
              } else if (conditions.isPresent()) {
                return map.replace(key, value).map(write -> new Done(write, false));
              } else if (conditions.isAbsent()) {
                return map.putIfAbsent(key, value).map(write -> new Done(write, write.done()));
              } else if (conditions.single() > 0) {
                return map.compareAndSet(key, conditions.single(), value)
                    .map(write -> new Done(write, false));
              }
              return conditional(
                  map,
                  key,
                  conditions,
                  version ->
                      version == 0
                          ? map.putIfAbsent(key, value)
                          : map.compareAndSet(key, version, value));
            })
        .onSuccess(done -> answer(ctx, done.write, done.created ? 201 : 200))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private void delete(RoutingContext ctx) {
    Params.only(ctx, Set.of(), "map", "key");
    ReplicatedMap<Buffer> map = map(ctx);
    String key = key(ctx);
    Conditions conditions = Conditions.of(ctx, synod.identity());
    Future<WriteResult<Buffer>> removed =
        conditions.isEmpty() || conditions.isPresent()
            ? map.remove(key)
            : conditions.single() > 0
                ? map.remove(key, conditions.single())
                : conditional(
                        map,
                        key,
                        conditions,
                        version -> version == 0 ? map.remove(key) : map.remove(key, version))
                    .map(Done::write);
    removed
        .onSuccess(
            write -> {
              if (!write.done() && write.version() == 0 && conditions.matches(0)) {
                noSuchKey(ctx, key, write.slot());
              } else {
                answer(ctx, write, 200);
              }
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  /** Result of a write, and whether the entry is present after it. */
  private record Done(WriteResult<Buffer> write, boolean created) {}

  /** Writes an entry that is at this version; 0 means absent. */
  private interface Writing {
    Future<WriteResult<Buffer>> at(long version);
  }

  /**
   * Writes if the entry meets the conditions when the write is decided: the entry is read, and the
   * write is a compare-and-set on the version that was read.
   */
  private static Future<Done> conditional(
      ReplicatedMap<Buffer> map, String key, Conditions conditions, Writing writing) {
    return map.get(key)
        .compose(
            entry ->
                entry == null
                    ? attempt(conditions, writing, new WriteResult<>(false, 0, 0, null), 1)
                    : attempt(
                        conditions,
                        writing,
                        new WriteResult<>(false, entry.slot(), entry.version(), null),
                        1));
  }

  private static Future<Done> attempt(
      Conditions conditions, Writing writing, WriteResult<Buffer> found, int number) {
    if (!conditions.hold(found.version())) {
      return Future.succeededFuture(new Done(found, false));
    } else if (number > MOST_ATTEMPTS) {
      return Future.failedFuture(
          new ProblemException(
              Problem.BUSY,
              "the entry changed between " + MOST_ATTEMPTS + " attempts to write it"));
    }
    return writing
        .at(found.version())
        .compose(
            write ->
                write.done() || (write.version() == 0 && found.version() == 0)
                    ? Future.succeededFuture(new Done(write, found.version() == 0))
                    : attempt(conditions, writing, write, number + 1));
  }

  private void answer(RoutingContext ctx, WriteResult<Buffer> write, int status) {
    if (write.slot() > 0) {
      ctx.response().putHeader("Synod-Slot", Long.toString(write.slot()));
    }
    if (write.version() > 0) {
      ctx.response().putHeader("ETag", Conditions.tag(synod.identity(), write.version()));
    }
    if (write.done()) {
      Replies.json(
          ctx, status, new JsonObject().put("slot", write.slot()).put("version", write.version()));
      return;
    }
    conflict(ctx, write.slot(), write.version());
  }

  private static void conflict(RoutingContext ctx, long slot, long version) {
    String detail =
        version == 0
            ? "the key is absent, so the condition that it is present is not met"
            : "the entry is at version " + version;
    JsonObject body = Problem.CONFLICT.toJson(Replies.base(ctx), detail).put("version", version);
    Replies.problem(ctx, Problem.CONFLICT, slot > 0 ? body.put("slot", slot) : body);
  }

  private static void noSuchKey(RoutingContext ctx, String key, long slot) {
    ctx.response().putHeader("Synod-Slot", Long.toString(slot));
    Replies.problem(
        ctx,
        Problem.NO_SUCH_KEY,
        Problem.NO_SUCH_KEY
            .toJson(Replies.base(ctx), "there is no key \"" + key + "\" at slot " + slot)
            .put("slot", slot));
  }

  private void get(RoutingContext ctx) {
    Params.only(ctx, LEVELS, "map", "key");
    String map = Params.map(ctx);
    Authenticator.require(ctx, Permission.READ, map);
    String key = Params.key(ctx);
    Conditions conditions = Conditions.of(ctx, synod.identity());
    read(ctx, Params.level(ctx), (maps, slot) -> new Got(slot, maps.get(map, key)))
        .onSuccess(
            got -> {
              MapEntry<Buffer> entry = got.entry;
              if (!conditions.matches(entry == null ? 0 : entry.version())) {
                conflict(ctx, got.slot, entry == null ? 0 : entry.version());
                return;
              } else if (entry == null) {
                noSuchKey(ctx, key, got.slot);
                return;
              }
              ctx.response()
                  .putHeader("ETag", Conditions.tag(synod.identity(), entry.version()))
                  .putHeader("Synod-Slot", Long.toString(entry.slot()))
                  .putHeader("Cache-Control", "no-cache")
                  .putHeader("X-Content-Type-Options", "nosniff");
              if (!conditions.isNew(entry.version())) {
                ctx.response().setStatusCode(304).end();
                return;
              }
              Replies.send(
                  ctx,
                  ValueJson.text(entry.value()) != null
                      ? "text/plain; charset=utf-8"
                      : "application/octet-stream",
                  entry.value());
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private record Got(long slot, @Nullable MapEntry<Buffer> entry) {}

  private void list(RoutingContext ctx) {
    Params.only(ctx, LIST_PARAMETERS, "map");
    String map = Params.map(ctx);
    Authenticator.require(ctx, Permission.READ, map);
    String prefix = Params.text(ctx, "prefix");
    String after = Params.text(ctx, "after");
    int limit = (int) Params.number(ctx, "limit", 100, 1, 1000);
    read(
            ctx,
            Params.level(ctx),
            (maps, slot) ->
                MapPage.read(maps, map, prefix == null ? "" : prefix, after, limit, LIST_BYTES))
        .map(Supplier::get)
        .onSuccess(
            page -> {
              JsonArray entries = new JsonArray();
              for (MapEntry<Buffer> entry : page.entries()) {
                entries.add(
                    new JsonObject()
                        .put("key", entry.key())
                        .put("value", ValueJson.toJson(entry.value()))
                        .put("version", entry.version())
                        .put("slot", entry.slot()));
              }
              JsonObject body = new JsonObject().put("slot", page.slot()).put("entries", entries);
              if (page.more()) {
                body.put("next", page.entries().get(page.entries().size() - 1).key());
              }
              Replies.json(ctx, 200, body);
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private interface Reading<T> {
    T read(MapMachine maps, long slot);
  }

  /** A result with the guarantee of its read. */
  private record Seen<T>(Outcome.ReadAt at, T what) {
    /** Writes the guarantee and the slot of the read to the response headers. */
    T tell(RoutingContext ctx) {
      ctx.response()
          .putHeader("Synod-Level", at.used().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .putHeader("Synod-Read-Slot", Long.toString(at.slot()));
      return what;
    }
  }

  /**
   * Reads on the learner's context, at a slot that the level allows. The future completes on the
   * caller's context.
   */
  private <T> Future<T> read(RoutingContext ctx, ReadLevel level, Reading<T> reading) {
    Promise<Seen<T>> promise = Promise.promise();
    Context caller = ctx.vertx().getOrCreateContext();
    synod
        .context()
        .runOnContext(
            nothing ->
                synod
                    .readable(level)
                    .map(
                        at ->
                            new Seen<>(
                                at,
                                reading.read(
                                    synod.machine(MapMachine.NAME, MapMachine.class), at.slot())))
                    .onComplete(done -> caller.runOnContext(back -> promise.handle(done))));
    return promise.future().map(seen -> seen.tell(ctx));
  }
}
