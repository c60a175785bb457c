package dev.synod.web.impl.api;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.data.ReplicatedMap;
import dev.synod.data.WriteResult;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.MapMachine;
import dev.synod.vertx.Synod;
import dev.synod.web.auth.Permission;
import dev.synod.web.impl.auth.Authenticator;
import dev.synod.web.impl.feed.MapPage;
import dev.synod.web.impl.http.Bodies;
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
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of maps. A value is the plain body of a request or response: {@code text/plain} if its
 * bytes are UTF-8, otherwise {@code application/octet-stream}. The version of the value is its
 * ETag.
 */
final class MapsApi {
  private static final String ENTRY = "/api/v1/maps/:map/:key";
  private static final String LIST = "/api/v1/maps/:map";

  /** Key that cannot be used over HTTP, because its address is the map's stream of changes. */
  private static final String WATCH = "watch";

  private static final int LIST_BYTES = 1 << 20;

  private static final Set<String> LEVELS = Set.of("level", "within", "notBefore");

  private static final Set<String> LIST_PARAMETERS =
      Set.of("prefix", "limit", "after", "level", "within", "notBefore");

  private final Synod synod;

  MapsApi(Synod synod) {
    this.synod = synod;
  }

  void mount(Router router) {
    router.get(LIST).handler(this::list);
    Replies.onlyMethods(router, LIST, "GET");
    router.put(ENTRY).handler(this::put);
    router.get(ENTRY).handler(this::get);
    router.delete(ENTRY).handler(this::delete);
    Replies.onlyMethods(router, ENTRY, "GET, PUT, DELETE");
  }

  /** Returns the map of a writing request. */
  private ReplicatedMap<Buffer> map(RoutingContext ctx) {
    String map = Params.map(ctx);
    Authenticator.require(ctx, Permission.WRITE, map);
    return ReplicatedMap.of(synod, map, Buffer.class);
  }

  private void put(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    ReplicatedMap<Buffer> map = map(ctx);
    String key = Params.key(ctx);
    if (key.equals(WATCH)) {
      throw new ProblemException(
          Problem.RESERVED_KEY, ctx.request().path() + " is the map's stream of changes");
    }
    boolean absent = Params.any(ctx, "If-None-Match");
    boolean present = Params.any(ctx, "If-Match");
    Long version = present ? null : Params.version(ctx, "If-Match");
    if (absent ? present || version != null : ctx.request().getHeader("If-None-Match") != null) {
      throw Params.bad(
          "a write accepts If-Match with a version or *, or If-None-Match with *, but not both");
    }
    Bodies.read(ctx, synod.options().getMaxValueBytes())
        .compose(
            value ->
                absent
                    ? map.putIfAbsent(key, value)
                    : present
                        ? map.replace(key, value)
                        : version != null
                            ? map.compareAndSet(key, version, value)
                            : map.put(key, value))
        .onSuccess(writeResult -> answer(ctx, writeResult, absent ? 201 : 200))
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private void delete(RoutingContext ctx) {
    Params.only(ctx, Set.of());
    ReplicatedMap<Buffer> map = map(ctx);
    String key = Params.key(ctx);
    Long version = Params.any(ctx, "If-Match") ? null : Params.version(ctx, "If-Match");
    (version == null ? map.remove(key) : map.remove(key, version))
        .onSuccess(
            writeResult -> {
              if (!writeResult.done() && writeResult.version() == 0) {
                noSuchKey(ctx, key, writeResult.slot());
              } else {
                answer(ctx, writeResult, 200);
              }
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private static void answer(RoutingContext ctx, WriteResult<Buffer> writeResult, int status) {
    ctx.response().putHeader("Synod-Slot", Long.toString(writeResult.slot()));
    if (writeResult.version() > 0) {
      ctx.response().putHeader("ETag", "\"" + writeResult.version() + "\"");
    }
    if (writeResult.done()) {
      Replies.json(
          ctx,
          status,
          new JsonObject().put("slot", writeResult.slot()).put("version", writeResult.version()));
      return;
    }
    String detail =
        writeResult.version() == 0
            ? "the key is absent, so the condition that it is present is not met"
            : "the entry is at version " + writeResult.version();
    Replies.problem(
        ctx,
        Problem.CONFLICT,
        Problem.CONFLICT
            .toJson(Replies.base(ctx), detail)
            .put("slot", writeResult.slot())
            .put("version", writeResult.version()));
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
    Params.only(ctx, LEVELS);
    String map = Params.map(ctx);
    Authenticator.require(ctx, Permission.READ, map);
    String key = Params.key(ctx);
    read(ctx, Params.level(ctx), (maps, slot) -> new Got(slot, maps.get(map, key)))
        .onSuccess(
            got -> {
              MapEntry<Buffer> entry = got.entry;
              if (entry == null) {
                noSuchKey(ctx, key, got.slot);
                return;
              }
              String tag = "\"" + entry.version() + "\"";
              ctx.response()
                  .putHeader("ETag", tag)
                  .putHeader("Synod-Slot", Long.toString(entry.slot()))
                  .putHeader("Cache-Control", "no-cache")
                  .putHeader("X-Content-Type-Options", "nosniff");
              if (tag.equals(ctx.request().getHeader("If-None-Match"))) {
                ctx.response().setStatusCode(304).end();
                return;
              }
              ctx.response()
                  .putHeader(
                      "Content-Type",
                      ValueJson.text(entry.value()) != null
                          ? "text/plain; charset=utf-8"
                          : "application/octet-stream")
                  .end(entry.value());
            })
        .onFailure(failure -> Replies.problem(ctx, failure));
  }

  private record Got(long slot, @Nullable MapEntry<Buffer> entry) {}

  private void list(RoutingContext ctx) {
    Params.only(ctx, LIST_PARAMETERS);
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
