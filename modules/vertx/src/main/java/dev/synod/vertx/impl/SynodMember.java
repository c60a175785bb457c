package dev.synod.vertx.impl;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.StateMachine;
import dev.synod.storage.config.Durability;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.GroupChange;
import dev.synod.vertx.Membership;
import dev.synod.vertx.OptionsCheck;
import dev.synod.vertx.ResultReader;
import dev.synod.vertx.Status;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.impl.bus.LinkLimits;
import dev.synod.vertx.impl.bus.Outbound;
import dev.synod.vertx.impl.frame.FrameHeader;
import dev.synod.vertx.impl.health.HealthMonitor;
import dev.synod.vertx.impl.health.StatusReport;
import dev.synod.vertx.impl.host.AcceptorVerticle;
import dev.synod.vertx.impl.host.AddressKeeper;
import dev.synod.vertx.impl.host.DiscoveryEndpoint;
import dev.synod.vertx.impl.host.LearnerVerticle;
import dev.synod.vertx.impl.host.MemberDiscovery;
import dev.synod.vertx.impl.host.MemberFactory;
import dev.synod.vertx.impl.host.MemberHost;
import dev.synod.vertx.impl.host.ProposerVerticle;
import dev.synod.vertx.impl.host.RoleDeployment;
import dev.synod.vertx.impl.host.RoleVerticle;
import dev.synod.vertx.impl.request.Call;
import dev.synod.vertx.impl.request.OutcomeErrors;
import dev.synod.vertx.impl.request.QueryCall;
import dev.synod.vertx.impl.request.Requests;
import dev.synod.vertx.impl.request.SubmitCall;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member in this Vert.x instance: it deploys the member's roles on one context, accepts
 * requests, and closes. {@link MemberFactory} creates its parts, and {@link Requests} handles its
 * requests.
 */
public final class SynodMember implements Synod, Deployable {
  private static final Logger LOG = LoggerFactory.getLogger(SynodMember.class);

  /** Time that a closing leader waits for its commands to be chosen, in milliseconds. */
  private static final long HAND_OVER_MILLIS = 2_000;

  /** Time that the close hooks have, in milliseconds. */
  private static final long HOOK_MILLIS = 2_000;

  /** Interval between two checks of the member's roles. */
  private static final long STAGE_MILLIS = 20;

  private final Vertx vertx;
  private final boolean client;
  private final SynodOptions options;
  private final MemberFactory memberFactory;
  private final Map<String, StateMachine> machines;
  private final MemberHost host;
  private final List<RoleVerticle> roles;
  private final RoleDeployment roleDeployment;
  private final OutcomeErrors outcomeErrors;

  /** The report of this member, created once. */
  private final StatusReport report;

  private final Requests requests;
  private @Nullable Context context;
  private @Nullable AddressKeeper addressKeeper;
  private final DiscoveryEndpoint discoveryEndpoint;
  private final MemberDiscovery memberDiscovery;
  private long staging = -1;
  private final List<Supplier<Future<?>>> closeHooks = new CopyOnWriteArrayList<>();
  private final HealthMonitor vitals;
  private @Nullable String deployment;
  private @Nullable Future<Void> closing;
  private final Promise<Void> ended = Promise.promise();

  private SynodMember(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> own, boolean client) {
    this.vertx = vertx;
    this.client = client;
    this.options = options;
    this.memberFactory = new MemberFactory(options, own, client);
    this.machines = memberFactory.machines();
    this.host = memberFactory.host();
    String group = options.getGroup();
    String member = options.getMember();
    LearnerVerticle learner = new LearnerVerticle(group, member, host);
    this.roles =
        client
            ? List.of(learner)
            : List.of(
                new AcceptorVerticle(group, member, host),
                new ProposerVerticle(group, member, host),
                learner);
    this.roleDeployment = new RoleDeployment(host, member, roles);
    this.vitals = new HealthMonitor(options, host, roles);
    this.discoveryEndpoint =
        new DiscoveryEndpoint(vertx, group, options.getMember(), host, roles, refusal(options));
    this.memberDiscovery = new MemberDiscovery(vertx, options, host);
    this.outcomeErrors = new OutcomeErrors(options, host);
    this.report = new StatusReport(options, client, host, vitals);
    this.requests = new Requests(vertx, options, host, outcomeErrors);
  }

  private static String refusal(SynodOptions options) {
    return options.getMaxClients() > 0
        ? ""
        : String.format(
            Locale.ROOT,
            "the group %s accepts no clients: maxClients of member %s is 0",
            options.getGroup(),
            options.getMember());
  }

  /** See {@link Synod#start(Vertx, SynodOptions, Map)}. */
  static Future<Synod> start(
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
  static Future<Synod> client(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    SynodMember member;
    try {
      List<String> problems = OptionsCheck.clientProblems(options);
      if (!problems.isEmpty()) {
        throw new ConfigurationException(problems);
      }
      // No member and no earlier client has such a name.
      String name = String.format(Locale.ROOT, "client-%016x", new SecureRandom().nextLong());
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
                    .memberDiscovery
                    .start(member.context())
                    .map(started)
                    .recover(
                        cause -> started.close().transform(closed -> Future.failedFuture(cause))))
        .onComplete(ready);
    return ready.future();
  }

  /** See {@link Synod#forceAlone}. */
  static String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    return MemberFactory.forceAlone(options, machines);
  }

  /** See {@link Synod#skipCommand}. */
  static String skipCommand(
      SynodOptions options, Map<String, StateMachine> machines, long slot, int command) {
    return MemberFactory.skipCommand(options, machines, slot, command);
  }

  private static Future<Synod> start(SynodMember member) {
    Vertx vertx = member.vertx;
    return vertx
        .executeBlocking(
            () -> {
              member.memberFactory.open();
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
                    .onFailure(cause -> opened.memberFactory.close()));
  }

  /**
   * Deploys the roles on this context. They share one thread, so that messages between them are
   * passed by reference.
   */
  @Override
  public Future<?> deploy(Context context) throws Exception {
    this.context = context;
    Outbound outbound =
        new Outbound(
            vertx,
            context,
            new FrameHeader(
                options.getGroup(),
                options.getMember(),
                host.store().incarnationHistory().incarnation(),
                host.member().epoch()),
            LinkLimits.DEFAULT);
    // The member is ready before its first role has an address, because messages may arrive from
    // then on.
    host.begin(context, outbound, this::failed);
    Future<?> started = roleDeployment.deploy(context);
    staging = vertx.setPeriodic(STAGE_MILLIS, ignored -> stage());
    AddressKeeper kept = new AddressKeeper((ContextInternal) context, roleDeployment.roles());
    addressKeeper = kept;
    vitals.start();
    if (!client) {
      discoveryEndpoint.open();
    }
    return started.onSuccess(all -> kept.start());
  }

  /**
   * Stops the member after a failure of its log, a violated invariant, or its departure: it must
   * not answer any more.
   */
  private void failed() {
    Context own = context();
    if (addressKeeper != null) {
      addressKeeper.stop();
    }
    leave();
    for (RoleVerticle role : roleDeployment.roles()) {
      try {
        role.undeploy(own);
      } catch (Exception alreadyGone) {
        // The end of the deployment unregisters the address as well.
      }
    }
    String why = String.valueOf(host.stopped());
    Throwable failure = host.failure();
    if (failure instanceof ConfigurationException
        || (failure instanceof StorageException wrong
            && wrong.kind() == StorageException.Kind.WRONG_IDENTITY)) {
      // A configuration error is for the operator to correct; it is no outage.
      ended.tryFail(failure);
    } else {
      ended.tryFail(host.hasLeft() ? new SynodException.Left(why) : new SynodException.Closed(why));
    }
  }

  /** Deploys the roles that the group has given this member since. */
  private void stage() {
    try {
      roleDeployment.deploy(context());
    } catch (Exception failed) {
      throw new IllegalStateException("a role could not be deployed", failed);
    }
  }

  private void leave() {
    vertx.cancelTimer(staging);
    vitals.stop();
    discoveryEndpoint.close();
    memberDiscovery.stop();
  }

  @Override
  public Future<?> undeploy(Context context) throws Exception {
    host.stop("member " + options.getMember() + " is closed");
    if (addressKeeper != null) {
      addressKeeper.stop();
    }
    leave();
    List<Future<?>> stopped = new ArrayList<>();
    for (RoleVerticle role : roleDeployment.roles()) {
      stopped.add(role.undeploy(context));
    }
    return Future.join(stopped)
        .eventually(
            () ->
                context
                    .owner()
                    .executeBlocking(
                        () -> {
                          memberFactory.close();
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
  public String identity() {
    return host.identity();
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
      throw outcomeErrors.unknown(name, machines.keySet());
    }
    if (!type.isInstance(machine)) {
      throw new IllegalArgumentException(
          "the state machine '" + name + "' is a " + machine.getClass().getName());
    }
    return type.cast(machine);
  }

  @Override
  public <R> Future<R> submit(String machine, byte[] command, ResultReader<R> reader) {
    RuntimeException unheard = unheard(machine);
    if (unheard != null) {
      return Future.failedFuture(unheard);
    }
    if (command.length > options.getMaxCommandBytes()) {
      return Future.failedFuture(outcomeErrors.tooLarge(command.length));
    }
    return begun(new SubmitCall<>(host, caller(), command, reader, outcomeErrors));
  }

  @Override
  public <R> Future<R> query(
      String machine, byte[] question, ReadLevel level, ResultReader<R> reader) {
    RuntimeException unheard = unheard(machine);
    if (unheard != null) {
      return Future.failedFuture(unheard);
    }
    return begun(new QueryCall<>(host, caller(), question, level, reader, outcomeErrors));
  }

  private ContextInternal caller() {
    return ((VertxInternal) vertx).getOrCreateContext();
  }

  private <R> Future<R> begun(Call<R> call) {
    if (((ContextInternal) context()).inThread()) {
      // Within whatever turn this is: what waits at its end is decided together.
      call.run();
    } else {
      host.execute(call);
    }
    return call.future();
  }

  @Override
  public Future<Outcome.ReadAt> readable(ReadLevel level) {
    if (memberFactory.isWitness()) {
      return Future.failedFuture(outcomeErrors.noLearner());
    }
    return requests.readable(level);
  }

  /** Returns the reason why this state machine cannot be used at this member; null if it can. */
  private @Nullable RuntimeException unheard(String machine) {
    if (memberFactory.isWitness()) {
      return outcomeErrors.noLearner();
    }
    return machines.containsKey(machine) ? null : outcomeErrors.unknown(machine, machines.keySet());
  }

  @Override
  public Future<Long> snapshot() {
    if (client) {
      return Future.failedFuture(outcomeErrors.notForClients());
    }
    return requests.snapshot();
  }

  @Override
  public Future<Membership> membership() {
    return requests.membership();
  }

  @Override
  public Future<Membership> change(GroupChange change) {
    if (client) {
      return Future.failedFuture(outcomeErrors.notForClients());
    }
    return requests.change(change);
  }

  @Override
  public Future<Void> transferLeadership(String successor) {
    if (client) {
      return Future.failedFuture(outcomeErrors.notForClients());
    }
    return requests.transferLeadership(successor);
  }

  @Override
  public Future<Status> status() {
    return requests.status(report);
  }

  @Override
  public Vitals vitals() {
    return vitals.latest();
  }

  @Override
  public void addHealthCheck(Supplier<Map<String, String>> check) {
    vitals.add(check);
  }

  @Override
  public void addCloseHook(Supplier<Future<?>> hook) {
    closeHooks.add(hook);
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public synchronized Future<Void> close() {
    if (closing == null) {
      String id = deployment;
      closing =
          hooksCalled()
              .compose(none -> handedOver())
              .compose(none -> id == null ? Future.succeededFuture() : vertx.undeploy(id));
    }
    return closing;
  }

  /** Calls the close hooks, and waits for them. */
  private Future<Void> hooksCalled() {
    if (closeHooks.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> called = Promise.promise();
    context()
        .runOnContext(
            turn -> {
              List<Future<?>> ends = new ArrayList<>();
              for (Supplier<Future<?>> hook : closeHooks) {
                ends.add(called(hook));
              }
              Future.join(ends)
                  .timeout(HOOK_MILLIS, TimeUnit.MILLISECONDS)
                  .onComplete(all -> called.complete());
            });
    return called.future();
  }

  private static Future<?> called(Supplier<Future<?>> hook) {
    try {
      return hook.get();
    } catch (RuntimeException failed) {
      LOG.warn("a close hook failed", failed);
      return Future.succeededFuture();
    }
  }

  private Future<Void> handedOver() {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HAND_OVER_MILLIS);
    Promise<Void> handedOver = Promise.promise();
    host.execute(() -> handOver(until, handedOver));
    return handedOver.future();
  }

  private void handOver(long until, Promise<Void> done) {
    boolean[] over = {host.stopped() != null};
    host.turn(member -> over[0] = member.handOver(System.nanoTime() > until));
    if (over[0] || host.stopped() != null) {
      // The member stops in the next turn, after its last messages have left.
      context().runOnContext(ignored -> done.complete());
    } else {
      vertx.setTimer(10, ignored -> host.execute(() -> handOver(until, done)));
    }
  }
}
