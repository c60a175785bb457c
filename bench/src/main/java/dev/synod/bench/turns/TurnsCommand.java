package dev.synod.bench.turns;

import dev.synod.bench.load.DataDirectory;
import dev.synod.core.ReadLevel;
import dev.synod.data.MapEvent;
import dev.synod.data.ReplicatedMap;
import dev.synod.data.Watch;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.web.SynodWeb;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fills a map and measures how long each kind of request keeps the member from other tasks. */
@Command(
    name = "turns",
    mixinStandardHelpOptions = true,
    description = {
      "Fills a map, and prints for each kind of request the longest time that a task on the event"
          + " loop of the member waits for other tasks meanwhile, in processor time.",
      "Exits with 1 if the median over the repetitions is above the limit for a kind of request."
    })
public final class TurnsCommand implements Callable<Integer> {
  private static final int WARM_UP_KEYS = 5_000;
  private static final int UNDER_WAY = 256;

  /** Puts that a row measures, and how many of them are under way at once. */
  private static final int SOME = 20_000;

  private static final int FEW = 16;

  /** Begins the name of a row that is no single request, to which the limit does not apply. */
  private static final String LOAD = "load: ";

  private static final int VALUE_BYTES = 100;

  /** A listing over HTTP has at most so many keys. */
  private static final int LONGEST_LIST = 1000;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--keys", defaultValue = "1000000", description = "Keys of the map.")
  private int keys;

  @Option(names = "--times", defaultValue = "15", description = "Repetitions of each request.")
  private int times;

  @Option(
      names = "--limit",
      defaultValue = "1.0",
      paramLabel = "MS",
      description = "Longest median in milliseconds.")
  private double limit;

  private final Vertx vertx = Vertx.vertx();
  private final Vertx outside = Vertx.vertx();
  private boolean kept = true;
  private boolean printing;

  @Override
  public Integer call() throws Exception {
    try (DataDirectory directory = DataDirectory.create()) {
      Synod member =
          await(
              Synod.start(
                  vertx,
                  new SynodOptions()
                      .setGroup("turns")
                      .setMember("a")
                      .setMembers(List.of("a"))
                      .setDurability(Durability.MEMORY)
                      .setDataDirectory(directory.path().toString())));
      SynodWeb web = await(SynodWeb.create(vertx, member, new WebOptions().setPort(0)).listen());
      try (LoopProbe probe = new LoopProbe(member.context())) {
        // Compiled code and loaded classes first: the second map is the measured one.
        measure(member, web.actualPort(), probe, "warm-up", Math.min(keys, WARM_UP_KEYS));
        printing = true;
        kept = true;
        measure(member, web.actualPort(), probe, "turns", keys);
      }
      await(web.close());
      await(member.close());
    } finally {
      await(outside.close());
      await(vertx.close());
    }
    return kept ? 0 : 1;
  }

  private void measure(Synod member, int port, LoopProbe probe, String name, int keys) {
    ReplicatedMap<Buffer> map = ReplicatedMap.of(member, name, Buffer.class);
    Buffer value = Buffer.buffer(new byte[VALUE_BYTES]);
    print(
        String.format(
            Locale.ROOT, "%-44s %10s %10s %10s", "", "median ms", "worst ms", "of it GC"));
    double perSecond = fill(map, value, keys);
    print(String.format(Locale.ROOT, "%,d keys written, %,.0f/s", keys, perSecond));
    probe.take();

    String list = "/api/v1/maps/" + name + "?limit=";
    HttpClient http = outside.createHttpClient();
    Requests requests = new Requests(http, port, "/api/v1/maps/" + name + "/watch");
    row(
        probe,
        "nothing",
        times,
        () -> Future.future(done -> vertx.setTimer(20, t -> done.complete())));
    row(probe, "the first listing (once)", 1, () -> requests.get(list + 10));
    row(probe, "listing of 10", times, () -> requests.get(list + 10));
    row(probe, "listing of " + LONGEST_LIST, times, () -> requests.get(list + LONGEST_LIST));
    row(probe, "listing by prefix", times, () -> requests.get(list + "100&prefix=key-9"));
    row(probe, "listing by start key", times, () -> requests.get(list + "100&after=key-5"));
    row(probe, "get", times, () -> requests.get("/api/v1/maps/" + name + "/key-7"));
    row(probe, "put of a present key", times, () -> map.put("key-7", value));
    row(probe, "put and removal of a new key", times, () -> putAndRemove(map, value));
    row(probe, "status", times, () -> requests.get("/api/v1/status"));
    row(probe, "size", times, () -> map.size(ReadLevel.LINEARIZABLE));
    int most = Math.max(1, keys / 4);
    row(
        probe,
        "entries of a quarter of the keys",
        times,
        () -> onOutside(() -> map.entries("", most, ReadLevel.LINEARIZABLE)));
    row(probe, "watch from the beginning", times, () -> onOutside(() -> watch(map, 0)));
    long slot = await(map.put("key-7", value)).slot();
    int missed = Math.min(keys, 60_000);
    for (int i = 0; i < missed; i += UNDER_WAY) {
      fill(map, value, i, Math.min(missed, i + UNDER_WAY), keys, UNDER_WAY);
    }
    long end = await(map.put("key-7", value)).slot();
    row(
        probe,
        String.format(Locale.ROOT, "watch from a position, %,d changes ago", missed),
        times,
        () -> onOutside(() -> watch(map, slot)));
    row(probe, "feed from the beginning", times, () -> requests.stream("", "\"last\":true"));
    row(
        probe,
        "feed from that position",
        times,
        () -> requests.stream("?from=" + slot, "id: " + member.identity() + "-" + end + "\n"));
    row(probe, "snapshot of the member", times, member::snapshot);
    row(
        probe,
        LOAD + FEW + " puts at once",
        times,
        () -> {
          fill(map, value, 0, Math.min(keys, SOME), keys, FEW);
          return Future.succeededFuture();
        });
    row(
        probe,
        LOAD + FEW + " puts at once, during a snapshot",
        times,
        () -> snapshotUnderPuts(member, map, value, keys));
  }

  private static Future<?> putAndRemove(ReplicatedMap<Buffer> map, Buffer value) {
    return map.put("new", value).compose(done -> map.remove("new"));
  }

  private static Future<?> snapshotUnderPuts(
      Synod member, ReplicatedMap<Buffer> map, Buffer value, int keys) {
    Future<Long> snapshot = member.snapshot();
    fill(map, value, 0, Math.min(keys, SOME), keys, FEW);
    return snapshot;
  }

  /** Starts a call on a context that is not on an event loop of the member's Vert.x. */
  private <T> Future<T> onOutside(Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    Context context = outside.getOrCreateContext();
    context.runOnContext(turn -> call.get().onComplete(promise));
    return promise.future();
  }

  /** Watches until the first events have come. */
  private static Future<Void> watch(ReplicatedMap<Buffer> map, long from) {
    Promise<Void> seen = Promise.promise();
    Future<Watch> watch = map.watch(from, (MapEvent<Buffer> event) -> seen.tryComplete());
    return seen.future().compose(done -> watch.compose(Watch::close));
  }

  private static double fill(ReplicatedMap<Buffer> map, Buffer value, int keys) {
    long start = System.nanoTime();
    fill(map, value, 0, keys, keys, UNDER_WAY);
    return keys * 1e9 / (System.nanoTime() - start);
  }

  /** Writes keys in an order that is not theirs. */
  private static void fill(
      ReplicatedMap<Buffer> map, Buffer value, int from, int to, int keys, int underWay) {
    Semaphore free = new Semaphore(underWay);
    for (int i = from; i < to; i++) {
      free.acquireUninterruptibly();
      long key = Integer.toUnsignedLong(Integer.reverse(i)) % keys;
      map.put("key-" + (i == 7 ? 7 : key), value).onComplete(done -> free.release());
    }
    free.acquireUninterruptibly(underWay);
  }

  private void row(LoopProbe probe, String name, int repetitions, Supplier<Future<?>> request) {
    double[] waits = new double[repetitions];
    long collecting = collecting();
    for (int i = 0; i < repetitions; i++) {
      probe.take();
      await(request.get());
      waits[i] = probe.take() / 1e6;
    }
    Arrays.sort(waits);
    double median = waits[repetitions / 2];
    boolean within = median <= limit || name.startsWith(LOAD);
    kept &= within;
    print(
        String.format(
            Locale.ROOT,
            "%-44s %10.2f %10.2f %7d ms%s",
            name,
            median,
            waits[repetitions - 1],
            collecting() - collecting,
            within ? "" : "  above the limit"));
  }

  private static long collecting() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  private void print(String line) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    } else if (!printing) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
    } catch (Exception failed) {
      throw new CompletionException("a request of this benchmark failed", failed);
    }
  }

  /** Requests to the member over HTTP, from another Vert.x. */
  private record Requests(HttpClient http, int port, String stream) {
    Future<?> get(String path) {
      return http.request(HttpMethod.GET, port, "127.0.0.1", path)
          .compose(
              request ->
                  request
                      .send()
                      .compose(response -> checked(response.statusCode(), response.body())));
    }

    private static Future<Buffer> checked(int status, Future<Buffer> body) {
      return body.compose(
          bytes ->
              status == 200
                  ? Future.succeededFuture(bytes)
                  : Future.failedFuture("status " + status + " " + bytes));
    }

    /** Reads a stream of events until a text comes. */
    Future<?> stream(String query, String until) {
      Promise<Void> seen = Promise.promise();
      return http.request(HttpMethod.GET, port, "127.0.0.1", stream + query)
          .compose(
              request ->
                  request
                      .send()
                      .compose(
                          response -> {
                            StringBuilder tail = new StringBuilder();
                            response.handler(
                                part -> {
                                  tail.append(part);
                                  if (tail.indexOf(until) >= 0) {
                                    seen.tryComplete();
                                  }
                                  tail.delete(0, Math.max(0, tail.length() - until.length()));
                                });
                            response.exceptionHandler(seen::tryFail);
                            return seen.future().eventually(request::reset);
                          }));
    }
  }
}
