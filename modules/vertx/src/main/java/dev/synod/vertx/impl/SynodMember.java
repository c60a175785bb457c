package dev.synod.vertx.impl;

import dev.synod.core.Ballot;
import dev.synod.core.Configuration;
import dev.synod.core.Health;
import dev.synod.core.Machines;
import dev.synod.core.Member;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Recovered;
import dev.synod.core.Role;
import dev.synod.core.Settings;
import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.quorum.Phase;
import dev.synod.quorum.QuorumSystem;
import dev.synod.storage.Durability;
import dev.synod.storage.StorageException;
import dev.synod.storage.Store;
import dev.synod.storage.StoreOptions;
import dev.synod.vertx.ConfigurationException;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.StateMachineFactory;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.config.Roles;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One member in this Vert.x: opens its store, deploys its roles on one context, takes requests. */
public final class SynodMember implements Synod, Deployable {
  /** How long a leader that closes waits for what it has taken to be decided. */
  private static final long HAND_OVER_MILLIS = 2_000;

  /** Between two looks at which roles this member has. */
  private static final long STAGE_MILLIS = 20;

  private final Vertx vertx;
  private final boolean client;
  private final SynodOptions options;
  private final Map<String, StateMachine> machines;
  private final MemberHost host;
  private final List<RoleVerticle> roles;
  private final Stage stage;
  private final Function<Outcome, SynodException> failure = this::failure;
  private @Nullable Context context;
  private @Nullable Presence presence;
  private final Door door;
  private final Search search;
  private long staging = -1;
  private final VitalSigns vitals;
  private @Nullable String deployment;
  private @Nullable Future<Void> closing;
  private final Promise<Void> ended = Promise.promise();

  private SynodMember(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> own, boolean client) {
    this.vertx = vertx;
    this.client = client;
    this.options = options;
    this.machines = new TreeMap<>(own);
    for (StateMachineFactory factory : ServiceLoader.load(StateMachineFactory.class)) {
      machines.computeIfAbsent(factory.name(), name -> factory.create(options));
    }
    String group = options.getGroup();
    String member = options.getMember();
    this.host = new MemberHost(options);
    LearnerVerticle learner = new LearnerVerticle(group, member, host);
    this.roles =
        client
            ? List.of(learner)
            : List.of(
                new AcceptorVerticle(group, member, host),
                new ProposerVerticle(group, member, host),
                learner);
    this.stage = new Stage(host, member, roles);
    this.vitals = new VitalSigns(options, host, roles);
    this.door = new Door(vertx, group, host, roles, refusal(options));
    this.search = new Search(vertx, options, host);
  }

  private static String refusal(SynodOptions options) {
    return options.getMaxClients() > 0
        ? ""
        : "the group %s lets no clients in: maxClients of member %s is 0"
            .formatted(options.getGroup(), options.getMember());
  }

  /** See {@link Synod#start(Vertx, SynodOptions, Map)}. */
  public static Future<Synod> start(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    SynodMember member;
    try {
      SynodOptions copy = new SynodOptions(options);
      copy.validate();
      member = new SynodMember(vertx, copy, machines, /* client= */ false);
    } catch (RuntimeException wrong) {
      return Future.failedFuture(wrong);
    }
    return start(member);
  }

  /** See {@link Synod#client(Vertx, SynodOptions, Map)}. */
  public static Future<Synod> client(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    SynodMember member;
    try {
      List<String> problems = OptionsCheck.clientProblems(options);
      if (!problems.isEmpty()) {
        throw new ConfigurationException(problems);
      }
      // No member has such a name, and no client of the past.
      String name = "client-%016x".formatted(new SecureRandom().nextLong());
      SynodOptions copy =
          new SynodOptions(options).setMember(name).setDurability(Durability.MEMORY);
      member = new SynodMember(vertx, copy, machines, /* client= */ true);
    } catch (RuntimeException wrong) {
      return Future.failedFuture(wrong);
    }
    Promise<Synod> ready = ((VertxInternal) vertx).getOrCreateContext().promise();
    start(member)
        .compose(
            started ->
                member
                    .search
                    .start(member.context())
                    .map(started)
                    .recover(
                        cause -> started.close().transform(closed -> Future.failedFuture(cause))))
        .onComplete(ready);
    return ready.future();
  }

  private static Future<Synod> start(SynodMember member) {
    Vertx vertx = member.vertx;
    return vertx
        .executeBlocking(
            () -> {
              member.open();
              return member;
            })
        .compose(
            opened ->
                vertx
                    .deployVerticle(opened)
                    .map(
                        id -> {
                          opened.deployment = id;
                          return (Synod) opened;
                        })
                    .onFailure(
                        cause -> {
                          opened.host.snapshots().close();
                          opened.host.store().close();
                        }));
  }

  /** See {@link Synod#forceAlone}. */
  public static String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    SynodOptions copy = new SynodOptions(options).validate();
    Vertx none = Vertx.vertx();
    try {
      // It gets no context, so nothing of it is ever heard or said.
      SynodMember member = new SynodMember(none, copy, machines, /* client= */ false);
      member.open();
      try {
        return member.forceAlone();
      } finally {
        member.host.snapshots().close();
        member.host.store().close();
      }
    } finally {
      none.close();
    }
  }

  private String forceAlone() {
    Member member = host.member();
    String obstacle = member.obstacleToForce();
    if (!obstacle.isEmpty()) {
      throw new ConfigurationException(List.of("member: " + member() + " " + obstacle));
    }
    if (member.isStateLost()) {
      throw stateLost(member.log().floor());
    }
    List<String> others = new ArrayList<>(member.configurations().members());
    others.remove(member());
    long chosen = member.log().chosen();
    long id = member.forceAlone().id();
    return ("member %s is now the whole group %s: configuration %d, in use from slot %d. Slots %d to"
            + " %d were taken as they stood here, without a quorum. %s live in the epoch before,"
            + " which is fenced off: they are not listened to, and must never be started again")
        .formatted(
            member(),
            group(),
            id,
            member.configurations().currentFrom(),
            chosen + 1,
            member.log().chosen(),
            others);
  }

  /** Reads the log and applies what is chosen in it; blocks. */
  private void open() {
    Store store = Store.open(storeOptions(), host);
    try {
      host.keep(store);
      if (client) {
        host.host(
            made(Member.Setup.client(member(), List.of(), settings(), store.lineage(), machine())));
        return;
      }
      Recovered recovered = store.recovered();
      Birth birth = Birth.of(options, recovered);
      Member member =
          made(
              new Member.Setup(
                  member(),
                  birth.configurations(),
                  options.getMembers(),
                  settings(),
                  recovered,
                  store.lineage(),
                  machine(),
                  isWitness() ? Member.Part.WITNESS : Member.Part.MEMBER,
                  options.getMaxClients()));
      host.host(member);
      host.snapshots().restore(member);
      if (member.isStateLost() && member.configurations().members().size() == 1) {
        throw stateLost(member.log().floor());
      }
      birth.write(host);
      member.start();
      checkRoles(member);
    } catch (RuntimeException | Error wrong) {
      store.close();
      throw wrong;
    }
  }

  private boolean isWitness() {
    return !client && !options.rolesOf(member()).contains(Role.LEARNER);
  }

  /** What it hosts it must have hosted from the beginning. */
  private void checkRoles(Member member) {
    if (member.isBorn()
        && member.configurations().isMember(member())
        && member.configurations().current().isWitness(member()) != isWitness()) {
      throw new ConfigurationException(
          List.of(
              "roles.%s: expected %s, as the group has it"
                  .formatted(
                      member(),
                      Roles.write(member.configurations().current().roles(member())).encode())));
    }
  }

  private Member made(Member.Setup setup) {
    return new Member(
        setup,
        new SecureRandom().nextLong(),
        bound -> ThreadLocalRandom.current().nextLong(bound),
        MemberHost.now(),
        host);
  }

  private Machines machine() {
    return new Machines(machines);
  }

  /** With other members it would fetch theirs. */
  private StorageException stateLost(long floor) {
    return new StorageException(
        StorageException.Kind.DAMAGED,
        options.getDataDirectory()
            + " of group "
            + group()
            + ", member "
            + member()
            + " has lost its snapshot: the log begins above slot "
            + floor
            + ", and there is no other member to fetch the state from. Restore the directory from a"
            + " backup of this member");
  }

  private StoreOptions storeOptions() {
    String directory = options.getDataDirectory();
    return (directory == null
            ? StoreOptions.inMemory(options.getGroup(), options.getMember())
            : StoreOptions.in(Path.of(directory), options.getGroup(), options.getMember()))
        .withDurability(options.getDurability())
        .withSegmentBytes(options.getSegmentBytes())
        .withStrict(options.isStrictRecovery());
  }

  private Settings settings() {
    return new Settings(
        options.getHeartbeatInterval(),
        options.getElectionTimeout(),
        2 * options.getHeartbeatInterval(),
        options.getRequestTimeout(),
        options.getMaxBatchBytes(),
        Settings.DEFAULT.maxPage(),
        options.getMaxQueuedBytes(),
        options.getMaxQueuedBytes(),
        new Settings.Compaction(
            options.getSnapshotLogBytes(),
            options.getRetainedLogBytes(),
            2 * options.getSnapshotLogBytes(),
            Settings.Compaction.DEFAULT.chunk(),
            Settings.Compaction.DEFAULT.window(),
            Settings.Compaction.DEFAULT.marker()),
        new Settings.Sessions(options.getSessionTimeout(), options.getMaxReads()),
        new Settings.Lease(options.getLease(), options.getLeaseDrift()),
        options.isThrifty());
  }

  /**
   * The roles share this context, and so one thread: what they say to each other is passed by
   * reference.
   */
  @Override
  public Future<?> deploy(Context context) throws Exception {
    this.context = context;
    Outbound outbound =
        new Outbound(
            vertx,
            context,
            new Origin(
                options.getGroup(),
                options.getMember(),
                host.store().lineage().life(),
                host.member().epoch()),
            Limits.DEFAULT);
    // Before anybody can reach it: a message may come as soon as one role has its address.
    host.begin(context, outbound, this::failed);
    Future<?> started = stage.deploy(context);
    staging = vertx.setPeriodic(STAGE_MILLIS, ignored -> stage());
    Presence kept = new Presence((ContextInternal) context, stage.roles());
    presence = kept;
    vitals.start();
    if (!client) {
      door.open();
    }
    return started.onSuccess(all -> kept.start());
  }

  /** The log has failed, an invariant, or it has left: nothing of it may answer any more. */
  private void failed() {
    Context own = context();
    if (presence != null) {
      presence.stop();
    }
    leave();
    for (RoleVerticle role : stage.roles()) {
      try {
        role.undeploy(own);
      } catch (Exception alreadyGone) {
        // It is unregistered as well when the deployment ends.
      }
    }
    String why = String.valueOf(host.stopped());
    if (host.failure() instanceof StorageException wrong
        && wrong.kind() == StorageException.Kind.WRONG_IDENTITY) {
      // The operator's to mend, and no outage.
      ended.tryFail(wrong);
    } else {
      ended.tryFail(host.hasLeft() ? new SynodException.Left(why) : new SynodException.Closed(why));
    }
  }

  /** What the group has this member for may have changed. */
  private void stage() {
    try {
      stage.deploy(context());
    } catch (Exception failed) {
      throw new IllegalStateException("a role could not be deployed", failed);
    }
  }

  private void leave() {
    vertx.cancelTimer(staging);
    vitals.stop();
    door.close();
    search.stop();
  }

  @Override
  public Future<?> undeploy(Context context) throws Exception {
    host.stop("member " + options.getMember() + " is closed");
    if (presence != null) {
      presence.stop();
    }
    leave();
    List<Future<?>> stopped = new ArrayList<>();
    for (RoleVerticle role : stage.roles()) {
      stopped.add(role.undeploy(context));
    }
    return Future.join(stopped)
        .eventually(
            () ->
                context
                    .owner()
                    .executeBlocking(
                        () -> {
                          host.snapshots().close();
                          host.store().close();
                          return null;
                        }))
        .onComplete(closed -> ended.tryComplete());
  }

  // ---- what callers see -----------------------------------------------------------------------

  @Override
  public String group() {
    return options.getGroup();
  }

  @Override
  public String member() {
    return options.getMember();
  }

  @Override
  public SynodOptions options() {
    return new SynodOptions(options);
  }

  @Override
  public Context context() {
    Context own = context;
    if (own == null) {
      throw new IllegalStateException("the member has not started");
    }
    return own;
  }

  @Override
  public <M extends StateMachine> M machine(String name, Class<M> type) {
    StateMachine machine = machines.get(name);
    if (machine == null) {
      throw unknown(name);
    }
    if (!type.isInstance(machine)) {
      throw new IllegalArgumentException(
          "the state machine '" + name + "' is a " + machine.getClass().getName());
    }
    return type.cast(machine);
  }

  /** Refused here: once in the log, such a command would stop every member. */
  private IllegalArgumentException unknown(String machine) {
    return new IllegalArgumentException(
        "no state machine is named '" + machine + "', only " + machines.keySet());
  }

  @Override
  public <R> Future<R> submit(String machine, byte[] command, ResultReader<R> reader) {
    RuntimeException unheard = unheard(machine);
    if (unheard != null) {
      return Future.failedFuture(unheard);
    }
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    Submission<R> submission = new Submission<>(host, caller, command, reader, failure);
    if (((ContextInternal) context()).inThread()) {
      // Within whatever turn this is: what waits at its end is decided together.
      submission.run();
    } else {
      host.execute(submission);
    }
    return submission.future();
  }

  private static byte[] addressed(String machine, Buffer buffer) {
    byte[] bytes = Machines.address(machine, buffer.length());
    buffer.getBytes(bytes, bytes.length - buffer.length());
    return bytes;
  }

  @Override
  public Future<Outcome.ReadAt> readable(ReadLevel level) {
    if (isWitness()) {
      return Future.failedFuture(noLearner());
    }
    return whenReadable(level, at -> at);
  }

  @Override
  public Future<Buffer> query(String machine, Buffer question, ReadLevel level) {
    RuntimeException unheard = unheard(machine);
    if (unheard != null) {
      return Future.failedFuture(unheard);
    }
    byte[] bytes = addressed(machine, question);
    return whenReadable(level, at -> Buffer.buffer(host.member().query(ByteBuffer.wrap(bytes))));
  }

  private <T> Future<T> whenReadable(ReadLevel level, Function<Outcome.ReadAt, T> read) {
    return this.<T>request(
        promise -> {
          if (level.kind() == ReadLevel.Kind.LOCAL) {
            long applied = host.member().replica().applied();
            answer(promise, () -> read.apply(new Outcome.ReadAt(applied, ReadLevel.Kind.LOCAL)));
          } else {
            host.read(
                level,
                outcome -> {
                  if (outcome instanceof Outcome.ReadAt at) {
                    answer(promise, () -> read.apply(at));
                  } else {
                    promise.fail(failure(outcome));
                  }
                });
          }
        });
  }

  /** A question that the machine throws on is the caller's fault, and does not stop the member. */
  private static <T> void answer(Promise<T> promise, Supplier<T> read) {
    try {
      promise.complete(read.get());
    } catch (RuntimeException wrong) {
      promise.fail(wrong);
    }
  }

  /** Why this machine cannot be asked here; null if it can. */
  private @Nullable RuntimeException unheard(String machine) {
    if (isWitness()) {
      return noLearner();
    }
    return machines.containsKey(machine) ? null : unknown(machine);
  }

  private SynodException noLearner() {
    return new SynodException.NotAdmitted(
        "member %s of group %s is no learner, so it has no state machines: ask another, or a client"
            .formatted(member(), group()));
  }

  /** Runs on the member's context, and completes on the caller's. */
  private <T> Future<T> request(Consumer<Promise<T>> action) {
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    Promise<T> promise = caller.promise();
    Runnable run =
        () -> {
          String stopped = host.stopped();
          if (stopped != null) {
            promise.fail(new SynodException.Closed(stopped));
          } else {
            action.accept(promise);
          }
        };
    if (Vertx.currentContext() == context()) {
      run.run();
    } else {
      host.execute(run);
    }
    return promise.future();
  }

  private SynodException failure(Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return new SynodException.Rejected(rejected.slot(), rejected.reason());
    }
    if (outcome instanceof Outcome.Busy) {
      return new SynodException.Busy(
          "member "
              + member()
              + " has as much under way as maxQueuedBytes and maxReads allow, or the group has as"
              + " many sessions as it can; try again soon");
    }
    if (outcome instanceof Outcome.NoQuorum) {
      return new SynodException.NoQuorum(
          "no leader with a quorum, or for a read not the slot that it waits for, was found within "
              + options.getRequestTimeout()
              + " ms: the request was not done, and will not be");
    }
    if (outcome instanceof Outcome.ChangeRefused refused) {
      return new SynodException.ChangeRefused(
          refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), refused.text());
    }
    if (outcome instanceof Outcome.SessionExpired) {
      return new SynodException.SessionExpired(
          "the group heard nothing of member "
              + member()
              + " for "
              + options.getSessionTimeout()
              + " ms, so its session ended: the command was not done, and will not be");
    }
    String stopped = host.stopped();
    return new SynodException.OutcomeUnknown(
        (stopped != null ? stopped : "no answer within " + options.getRequestTimeout() + " ms")
            + ": the command may have been decided, or may yet be; read to find out");
  }

  private SynodException notForClients() {
    return new SynodException.NotAdmitted(
        member() + " is a client of the group " + group() + ", and that is asked of a member");
  }

  @Override
  public Future<Long> snapshot() {
    if (client) {
      return Future.failedFuture(notForClients());
    }
    return this.<Long>request(
        promise ->
            host.snapshot(
                slot -> {
                  if (slot < 0) {
                    promise.fail(new SynodException.Closed(String.valueOf(host.stopped())));
                  } else {
                    promise.complete(slot);
                  }
                }));
  }

  @Override
  public Future<Membership> membership() {
    return request(promise -> answer(promise, () -> Changes.membership(host.member())));
  }

  @Override
  public Future<Membership> change(GroupChange change) {
    if (client) {
      return Future.failedFuture(notForClients());
    }
    return request(
        promise -> {
          Member member = host.member();
          if (!member.isBorn()) {
            promise.fail(
                new SynodException.NoQuorum(
                    "member " + member() + " has not joined its group yet"));
            return;
          }
          Configuration wanted;
          try {
            wanted =
                Changes.wanted(
                    member.configurations().latest(), change, options.isAllowSingleCopy());
          } catch (IllegalArgumentException wrong) {
            promise.fail(
                new SynodException.ChangeRefused("invalid", String.valueOf(wrong.getMessage())));
            return;
          }
          host.change(
              wanted,
              change.forced(),
              outcome -> {
                if (outcome instanceof Outcome.Applied) {
                  answer(promise, () -> Changes.membership(host.member()));
                } else {
                  promise.fail(failure(outcome));
                }
              });
        });
  }

  @Override
  public Future<Void> transferLeadership(String successor) {
    if (client) {
      return Future.failedFuture(notForClients());
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.getRequestTimeout());
    return request(promise -> transfer(successor, until, promise));
  }

  /** Asks again until that one leads: the message may be lost, and so may the election. */
  private void transfer(String successor, long until, Promise<Void> promise) {
    Member member = host.member();
    String stopped = host.stopped();
    if (stopped != null) {
      promise.fail(new SynodException.Closed(stopped));
    } else if (successor.equals(member.proposer().leader())) {
      promise.complete();
    } else if (member.isBorn() && !member.configurations().current().isProposer(successor)) {
      promise.fail(
          new SynodException.ChangeRefused(
              "invalid",
              "member "
                  + successor
                  + " is no proposer; one of "
                  + member.configurations().current().proposers()
                  + " can lead"));
    } else if (System.nanoTime() > until) {
      promise.fail(
          new SynodException.NoQuorum(
              "member "
                  + successor
                  + " did not come to lead within "
                  + options.getRequestTimeout()
                  + " ms"));
    } else {
      host.turn(living -> living.transfer(successor));
      vertx.setTimer(
          options.getElectionTimeout(),
          again -> host.execute(() -> transfer(successor, until, promise)));
    }
  }

  @Override
  public Future<Status> status() {
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    Promise<Status> promise = caller.promise();
    host.execute(() -> answer(promise, this::describe));
    return promise.future();
  }

  @Override
  public Vitals vitals() {
    return vitals.latest();
  }

  private Status describe() {
    Member member = host.member();
    Health health = member.health();
    String leader = health.leader().equals(Ballot.NONE) ? null : health.leader().member();
    String stopped = host.stopped();
    String state =
        stopped != null
            ? "stopped"
            : member.proposer().leads() ? "leading" : leader != null ? "following" : "electing";
    Snapshot snapshot = member.snapshot();
    @Nullable QuorumSystem quorums =
        member.isBorn() ? member.configurations().current().quorums() : null;
    List<String> reachable =
        quorums == null ? List.of() : List.copyOf(quorums.names(health.reachable()));
    return new Status(
        group(),
        member(),
        quorums == null ? List.of() : member.configurations().current().members(),
        quorums == null ? Set.of() : member.configurations().current().roles(member()),
        quorums == null ? "not known yet" : quorums.toString(),
        quorums == null && stopped == null ? "joining" : state,
        member.acceptor().promised().toString(),
        leader,
        leader == null ? "" : health.leader().toString(),
        member.log().chosen(),
        member.replica().applied(),
        member.log().floor(),
        snapshot == null ? 0 : snapshot.slot(),
        Long.toHexString(member.replica().hash()),
        stopped == null && health.canCommit(),
        stopped == null && health.canElect(),
        reachable,
        options.getDurability().name(),
        stopped != null
            ? stopped
            : quorums == null
                ? client
                    ? "looks for a member that it may follow"
                    : "waits to be taken into the group: add it at a member"
                : summary(health, quorums, reachable.size()),
        vitals.latest());
  }

  private static String summary(Health health, QuorumSystem quorums, int reachable) {
    String elect;
    if (health.canElect()) {
      elect = "can elect";
    } else {
      elect =
          "no new leader could be elected: "
              + (quorums.isQuorum(Phase.ONE, health.reachable())
                  ? "no phase-2 quorum"
                  : "no phase-1 quorum")
              + " is within reach";
    }
    return reachable
        + " of "
        + quorums.members().size()
        + " up · "
        + (health.canCommit() ? "can decide" : "cannot decide")
        + " · "
        + elect;
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public synchronized Future<Void> close() {
    if (closing == null) {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HAND_OVER_MILLIS);
      Promise<Void> handedOver = Promise.promise();
      host.execute(() -> handOver(until, handedOver));
      String id = deployment;
      closing =
          handedOver
              .future()
              .compose(none -> id == null ? Future.succeededFuture() : vertx.undeploy(id));
    }
    return closing;
  }

  private void handOver(long until, Promise<Void> done) {
    boolean[] over = {host.stopped() != null};
    host.turn(member -> over[0] = member.handOver(System.nanoTime() > until));
    if (over[0] || host.stopped() != null) {
      // In the turn after this one: the farewell has then left.
      context().runOnContext(ignored -> done.complete());
    } else {
      vertx.setTimer(10, ignored -> host.execute(() -> handOver(until, done)));
    }
  }
}
