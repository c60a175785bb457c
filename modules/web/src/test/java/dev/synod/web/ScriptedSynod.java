package dev.synod.web;

import static dev.synod.fuzzing.Await.await;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Role;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.data.machine.MapMachine;
import dev.synod.data.map.HistoryLimits;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.config.Roles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A member whose group does as the test says: decides at once, holds back what it would apply, or
 * fails in a chosen way. The map machine is the real one. What only a real group can show is tested
 * with one.
 */
public final class ScriptedSynod implements Synod {
  private final Context context;
  private final Vertx vertx;
  private final MapMachine maps;
  private final SynodOptions options =
      new SynodOptions()
          .setGroup("test")
          .setMember("n1")
          .setMembers(List.of("n1"))
          .setMaxValueBytes(64 << 10);
  private final AtomicReference<@Nullable SynodException> failure = new AtomicReference<>();
  private final AtomicReference<Vitals> vitals = new AtomicReference<>(Vitals.NONE);
  private final List<GroupChange> changes = new CopyOnWriteArrayList<>();
  private final List<String> successors = new CopyOnWriteArrayList<>();
  private final Membership membership =
      new Membership(
          3,
          List.of("n1"),
          List.of("n1", "watcher"),
          Map.of("n1", Roles.ALL, "watcher", Set.of(Role.LEARNER)),
          new JsonObject().put("rule", "majority"),
          "majority of 1",
          false,
          List.of("n0"));
  private final List<Supplier<Map<String, String>>> checks = new CopyOnWriteArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private volatile String identity = "00000000000000aa";
  private boolean holding;
  private long slot;

  public ScriptedSynod(Vertx vertx, HistoryLimits history) {
    this.vertx = vertx;
    this.maps = new MapMachine(history);
    this.context = eventLoop(vertx);
  }

  /** Returns the context of a new verticle. */
  public static Context eventLoop(Vertx vertx) {
    Promise<Context> made = Promise.promise();
    vertx.deployVerticle(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            made.complete(context);
            return Future.succeededFuture();
          }
        });
    return await(made.future());
  }

  /** From now on requests fail so; null: no more. */
  void failWith(@Nullable SynodException e) {
    failure.set(e);
  }

  /** From now on the history of the group has this identity; empty: there is no group yet. */
  void identify(String changed) {
    identity = changed;
  }

  /** What is decided from now on is applied at {@link #release}. */
  void hold() {
    on(() -> holding = true);
  }

  void release() {
    on(
        () -> {
          holding = false;
          held.forEach(Runnable::run);
          held.clear();
        });
  }

  private void on(Runnable action) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        nothing -> {
          action.run();
          done.complete();
        });
    await(done.future());
  }

  @Override
  public String group() {
    return "test";
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public String member() {
    return "n1";
  }

  @Override
  public SynodOptions options() {
    return options;
  }

  @Override
  public <R> Future<R> submit(String machine, byte[] command, ResultReader<R> reader) {
    byte[] address = StateMachines.address(machine, 0);
    return onContext(
        () -> {
          Promise<R> done = Promise.promise();
          long at = ++slot;
          Runnable apply =
              () -> {
                ByteBuffer bytes = ByteBuffer.wrap(command).position(address.length);
                byte[] result = maps.apply(new At(at), bytes);
                maps.applied(at);
                done.complete(reader.read(at, result));
              };
          if (holding) {
            held.add(apply);
          } else {
            apply.run();
          }
          return done.future();
        });
  }

  private record At(long slot) implements StateMachine.Context {
    @Override
    public int index() {
      return 0;
    }

    @Override
    public long time() {
      return 0;
    }

    @Override
    public long session() {
      return 1;
    }
  }

  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    SynodException scripted = failure.get();
    if (scripted != null) {
      return Future.failedFuture(scripted);
    }
    if (Vertx.currentContext() == context) {
      return action.get();
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing ->
            action.get().onComplete(result -> caller.runOnContext(back -> promise.handle(result))));
    return promise.future();
  }

  @Override
  public Future<Outcome.ReadAt> readable(ReadLevel level) {
    return onContext(() -> Future.succeededFuture(new Outcome.ReadAt(maps.slot(), level.kind())));
  }

  @Override
  public <R> Future<R> query(
      String machine, byte[] question, ReadLevel level, ResultReader<R> reader) {
    ByteBuffer bytes = ByteBuffer.wrap(question).position(StateMachines.address(machine, 0).length);
    return onContext(() -> Future.succeededFuture(reader.read(maps.slot(), maps.query(bytes))));
  }

  @Override
  public <M extends StateMachine> M machine(String name, Class<M> type) {
    return type.cast(maps);
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public Future<Long> snapshot() {
    return onContext(() -> Future.succeededFuture(maps.slot()));
  }

  @Override
  public Future<Membership> membership() {
    return Future.succeededFuture(membership);
  }

  @Override
  public Future<Membership> change(GroupChange change) {
    if (change.base() != 0 && change.base() != membership.configuration()) {
      return Future.failedFuture(
          new SynodException.ChangeRefused("not-the-latest", "another configuration"));
    }
    changes.add(change);
    SynodException refused = failure.get();
    return refused == null ? Future.succeededFuture(membership) : Future.failedFuture(refused);
  }

  @Override
  public Future<Void> transferLeadership(String successor) {
    successors.add(successor);
    return Future.succeededFuture();
  }

  /** The changes of the group that were asked for. */
  List<GroupChange> changes() {
    return changes;
  }

  /** Who shall lead, as was asked. */
  List<String> successors() {
    return successors;
  }

  @Override
  public Future<Status> status() {
    return onContext(
        () ->
            Future.succeededFuture(
                new Status(
                    "test",
                    "n1",
                    List.of("n1"),
                    Roles.ALL,
                    "{}",
                    "leading",
                    "1.n1",
                    "n1",
                    "1.n1",
                    slot,
                    maps.slot(),
                    0,
                    0,
                    "0",
                    true,
                    true,
                    List.of("n1"),
                    "MEMORY",
                    "1 of 1 up",
                    "00000000000000aa",
                    vitals.get())));
  }

  /** What it says of itself from now on. */
  void show(Vitals shown) {
    vitals.set(shown);
  }

  @Override
  public Vitals vitals() {
    return vitals.get();
  }

  @Override
  public void addHealthCheck(Supplier<Map<String, String>> check) {
    checks.add(check);
  }

  /** What the added checks find now. */
  Map<String, String> checked() {
    Map<String, String> all = new TreeMap<>();
    checks.forEach(check -> all.putAll(check.get()));
    return all;
  }

  @Override
  public void addCloseHook(Supplier<Future<?>> hook) {}

  @Override
  public Future<Void> ended() {
    return Promise.<Void>promise().future();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
