package dev.synod.vertx.impl.host;

import dev.synod.core.CommandFailed;
import dev.synod.core.Role;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.Settings;
import dev.synod.core.member.Member;
import dev.synod.core.member.MemberKind;
import dev.synod.core.message.SkippedCommand;
import dev.synod.storage.Store;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.StateMachineFactory;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Roles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a member from its options: it opens the store, restores the state from the newest
 * snapshot and the log, and compares both with the options. All methods block.
 */
public final class MemberFactory {
  private static final Logger LOG = LoggerFactory.getLogger(MemberFactory.class);

  private final SynodOptions options;
  private final boolean client;
  private final boolean witness;
  private final Map<String, StateMachine> machines;
  private final MemberHost host;

  /**
   * Creates the factory. State machines of the application take precedence over those of a {@link
   * StateMachineFactory} with the same name.
   */
  public MemberFactory(SynodOptions options, Map<String, StateMachine> own, boolean client) {
    this.options = options;
    this.client = client;
    this.witness = !client && !options.rolesOf(options.getMember()).contains(Role.LEARNER);
    this.machines = new TreeMap<>(own);
    for (StateMachineFactory factory : ServiceLoader.load(StateMachineFactory.class)) {
      machines.computeIfAbsent(factory.name(), name -> factory.create(options));
    }
    this.host = new MemberHost(options);
  }

  /** Returns the state machines by name. */
  public Map<String, StateMachine> machines() {
    return machines;
  }

  /** Returns the host of the member. */
  public MemberHost host() {
    return host;
  }

  /**
   * Opens the store, reads the log and applies its chosen slots. Blocks the calling thread.
   *
   * @throws SynodException.Closed if a state machine ends with an error
   */
  public void open() {
    load();
    if (client) {
      return;
    }
    try {
      host.member().start();
      checkRoles(host.member());
    } catch (CommandFailed failed) {
      host.store().close();
      throw new SynodException.Closed(
          "member " + options.getMember() + " cannot start: " + failed.getMessage());
    } catch (RuntimeException | Error wrong) {
      host.store().close();
      throw wrong;
    }
  }

  /** Opens the store and creates the member with the state of its snapshot. */
  private void load() {
    Store store = Store.open(storeOptions(), host);
    try {
      host.keep(store);
      if (client) {
        host.host(
            made(
                Member.Setup.client(
                    options.getMember(),
                    List.of(),
                    settings(),
                    store.incarnationHistory(),
                    machine())));
        return;
      }
      Recovered recovered = store.recovered();
      InitialConfiguration initialConfiguration = InitialConfiguration.of(options, recovered);
      Member member =
          made(
              new Member.Setup(
                  options.getMember(),
                  initialConfiguration.configurations(),
                  initialConfiguration.foundation(),
                  options.getMembers(),
                  settings(),
                  recovered,
                  store.incarnationHistory(),
                  machine(),
                  isWitness() ? MemberKind.WITNESS : MemberKind.MEMBER,
                  options.getMaxClients()));
      host.host(member);
      host.snapshots().restore(member);
      if (member.isStateLost() && member.configurations().members().size() == 1) {
        throw stateLost(member.log().floor());
      }
    } catch (RuntimeException | Error wrong) {
      store.close();
      throw wrong;
    }
  }

  /** Tells whether the member hosts no state machine. */
  public boolean isWitness() {
    return witness;
  }

  /** Refuses options that change whether the member hosts state machines. */
  private void checkRoles(Member member) {
    if (member.isInitialized()
        && member.configurations().isMember(options.getMember())
        && member.configurations().current().isWitness(options.getMember()) != isWitness()) {
      throw new ConfigurationException(
          List.of(
              String.format(
                  Locale.ROOT,
                  "roles.%s: expected %s, as the group has it",
                  options.getMember(),
                  Roles.write(member.configurations().current().roles(options.getMember()))
                      .encode())));
    }
  }

  private Member made(Member.Setup setup) {
    return new Member(
        setup,
        new SecureRandom().nextLong(),
        bound -> ThreadLocalRandom.current().nextLong(bound),
        MemberHost.now(),
        System.currentTimeMillis(),
        host);
  }

  private StateMachines machine() {
    return new StateMachines(machines);
  }

  /**
   * Returns the error of a single member without a snapshot; in a larger group it would fetch
   * another member's.
   */
  private StorageException stateLost(long floor) {
    return new StorageException(
        StorageException.Kind.DAMAGED,
        options.getDataDirectory()
            + " of group "
            + options.getGroup()
            + ", member "
            + options.getMember()
            + " has lost its snapshot: the log begins above slot "
            + floor
            + ", and no other member has the state. Restore the directory from a backup of this"
            + " member");
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

  /** Closes what {@link #open} has opened. */
  public void close() {
    host.snapshots().close();
    host.store().close();
  }

  /**
   * See {@link Synod#forceAlone}. The member gets no context, so it neither receives nor sends
   * messages.
   */
  public static String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    SynodOptions copy = new SynodOptions(options).validate();
    MemberFactory memberFactory = new MemberFactory(copy, machines, /* client= */ false);
    memberFactory.open();
    try {
      return memberFactory.forceAlone();
    } finally {
      memberFactory.close();
    }
  }

  /** See {@link Synod#skipCommand}. The member neither receives nor sends messages. */
  public static String skipCommand(
      SynodOptions options, Map<String, StateMachine> machines, long slot, int command) {
    SynodOptions copy = new SynodOptions(options).validate();
    MemberFactory memberFactory = new MemberFactory(copy, machines, /* client= */ false);
    memberFactory.load();
    try {
      return memberFactory.skipCommand(slot, command);
    } finally {
      memberFactory.close();
    }
  }

  /**
   * Applies the log up to the command at which the member stops, and marks it as skipped. The log
   * may also hold the slot without knowing that it is decided: the member lost its quorum when the
   * others stopped.
   */
  private String skipCommand(long slot, int command) {
    Member member = host.member();
    String why = "its log does not show yet that the slot is decided";
    try {
      member.start();
      if (slot <= member.replica().applied() || slot > member.log().last()) {
        throw new ConfigurationException(
            List.of(
                String.format(
                    Locale.ROOT,
                    "nothing was done: member %s applies all that its log knows to be decided, up to slot %d: start it",
                    options.getMember(),
                    member.replica().applied())));
      }
    } catch (CommandFailed failed) {
      if (failed.slot() != slot || failed.index() != command) {
        throw new ConfigurationException(
            List.of(
                String.format(
                    Locale.ROOT,
                    "nothing was done: member %s stops elsewhere: %s",
                    options.getMember(),
                    failed.getMessage())));
      }
      why = String.valueOf(failed.getMessage());
    }
    member.skip(new SkippedCommand(slot, command));
    LOG.warn(
        "Member {} of group {} skips command {} of slot {} from now on: {}",
        options.getMember(),
        options.getGroup(),
        command,
        slot,
        why);
    return String.format(
        Locale.ROOT,
        "member %s skips command %d of slot %d. Do the same at every other member that has"
            + " state machines before any of them is started. Then start all of them, and take a"
            + " snapshot at each, so that clients and new members need not pass that command",
        options.getMember(),
        command,
        slot);
  }

  /**
   * Makes the member the whole group.
   *
   * @return a description of what was done
   */
  private String forceAlone() {
    Member member = host.member();
    String obstacle = member.obstacleToForce();
    if (!obstacle.isEmpty()) {
      throw new ConfigurationException(List.of("member: " + options.getMember() + " " + obstacle));
    }
    if (member.isStateLost()) {
      throw stateLost(member.log().floor());
    }
    List<String> others = new ArrayList<>(member.configurations().members());
    others.remove(options.getMember());
    long chosen = member.log().chosen();
    long id = member.forceAlone().id();
    return String.format(
        Locale.ROOT,
        "member %s is now the whole group %s: configuration %d, in use from slot %d. Slots %d"
            + " to %d were taken from this member's log, without a quorum. The former members"
            + " %s are fenced off: their messages are ignored, and they must never be started"
            + " again",
        options.getMember(),
        options.getGroup(),
        id,
        member.configurations().currentFrom(),
        chosen + 1,
        member.log().chosen(),
        others);
  }
}
