package dev.synod.data;

import static dev.synod.fuzzing.Await.await;

import dev.synod.core.CommandRejected;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
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
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A group of one without a log, whose slots a test makes as it likes. */
final class OneMember implements Synod {
  final MapMachine machine;
  final AtomicInteger submitted = new AtomicInteger();
  private final SynodOptions options;
  private final ContextInternal context;

  /** What a linearizable read does first, on the member's context. */
  volatile Runnable catchUp = () -> {};

  OneMember(Vertx vertx, HistoryLimits limits, SynodOptions options) {
    this.machine = new MapMachine(limits);
    this.options = options;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
  }

  /** Runs on the member's context, and waits for that. */
  <T> T on(Supplier<T> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        turn -> {
          try {
            done.complete(action.get());
          } catch (RuntimeException | Error thrown) {
            done.fail(thrown);
          }
        });
    return await(done.future());
  }

  /** Decides one slot with these commands. */
  void slot(byte[]... commands) {
    on(
        () -> {
          long slot = machine.slot() + 1;
          Replicas.begin(machine, slot);
          for (byte[] command : commands) {
            Replicas.raw(machine, slot, command);
          }
          machine.applied(slot);
          return slot;
        });
  }

  private <T> Future<T> request(Supplier<T> action) {
    Promise<T> promise = context.owner().getOrCreateContext().promise();
    context.runOnContext(
        turn -> {
          try {
            promise.complete(action.get());
          } catch (RuntimeException thrown) {
            promise.fail(thrown);
          }
        });
    return promise.future();
  }

  @Override
  public String group() {
    return "test";
  }

  @Override
  public String identity() {
    return "00000000000000aa";
  }

  @Override
  public String member() {
    return "one";
  }

  @Override
  public SynodOptions options() {
    return options;
  }

  @Override
  public <R> Future<R> submit(String name, byte[] command, ResultReader<R> reader) {
    submitted.incrementAndGet();
    byte[] address = StateMachines.address(name, 0);
    return request(
        () -> {
          long slot = machine.slot() + 1;
          Replicas.begin(machine, slot);
          try {
            ByteBuffer bytes = ByteBuffer.wrap(command).position(address.length);
            return reader.read(slot, machine.apply(new Replicas.At(slot, 0), bytes));
          } catch (CommandRejected rejected) {
            throw new SynodException.Rejected(slot, String.valueOf(rejected.getMessage()));
          } finally {
            machine.applied(slot);
          }
        });
  }

  @Override
  public Future<Outcome.ReadAt> readable(ReadLevel level) {
    return request(
        () -> {
          if (level.equals(ReadLevel.LINEARIZABLE)) {
            catchUp.run();
          }
          return new Outcome.ReadAt(machine.slot(), level.kind());
        });
  }

  @Override
  public <R> Future<R> query(
      String name, byte[] question, ReadLevel level, ResultReader<R> reader) {
    ByteBuffer bytes = ByteBuffer.wrap(question).position(StateMachines.address(name, 0).length);
    return request(() -> reader.read(machine.slot(), machine.query(bytes)));
  }

  @Override
  public <M extends StateMachine> M machine(String name, Class<M> type) {
    return type.cast(machine);
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public Future<Long> snapshot() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Membership> membership() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Membership> change(GroupChange change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> transferLeadership(String successor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Status> status() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Vitals vitals() {
    return Vitals.NONE;
  }

  @Override
  public void addHealthCheck(Supplier<Map<String, String>> check) {}

  @Override
  public void addCloseHook(Supplier<Future<?>> hook) {}

  @Override
  public Future<Void> ended() {
    return Promise.<Void>promise().future();
  }

  @Override
  public Future<Void> close() {
    throw new UnsupportedOperationException();
  }
}
