package dev.synod.vertx;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A member of a consensus group in this Vert.x instance, or a {@linkplain #client client} of such a
 * group. A client submits commands and reads; it fails every request that concerns members with
 * {@link SynodException.NotAdmitted}.
 *
 * <p>Every method may be called from any thread. Futures complete on the Vert.x context of the
 * caller. A failed request fails its future with a {@link SynodException}.
 *
 * <p>The protocol is Flexible Paxos (Howard, Malkhi, Spiegelman, <a
 * href="https://arxiv.org/abs/1608.06696">"Flexible Paxos: Quorum intersection revisited"</a>).
 */
public interface Synod {
  /**
   * Starts a member with the state machines of every {@link StateMachineFactory} on the class path.
   * See {@link #start(Vertx, SynodOptions, Map)}.
   */
  static Future<Synod> start(Vertx vertx, SynodOptions options) {
    return start(vertx, options, Map.of());
  }

  /**
   * Starts a member: validates its options, recovers its log, and connects to the other members.
   * The future does not wait for a quorum.
   *
   * @param vertx instance that runs the member. Members find each other over its event bus, if it
   *     is clustered; several members may share one instance
   * @param machines state machines by name, in addition to those of each {@link
   *     StateMachineFactory} on the class path; every member needs the same names
   * @return a future that fails with a {@link ConfigurationException} if the options are invalid,
   *     or with a {@link dev.synod.storage.file.StorageException} if the data directory cannot be
   *     used
   */
  static Future<Synod> start(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().start(vertx, options, machines);
  }

  /**
   * Starts a client with the state machines of every {@link StateMachineFactory} on the class path.
   * See {@link #client(Vertx, SynodOptions, Map)}.
   */
  static Future<Synod> client(Vertx vertx, SynodOptions options) {
    return client(vertx, options, Map.of());
  }

  /**
   * Starts a client. A client has no vote and stores nothing on disk, but it submits commands and
   * reads like a member, and it applies every command to its own state machines in memory. It finds
   * the members by their addresses on the event bus, fetches the state from a member that accepts
   * clients ({@link SynodOptions#setMaxClients}), and moves to another member when that member is
   * gone.
   *
   * @param vertx the members' own instance, or a node of the same cluster
   * @param options options of the client: group, times and sizes are used; {@code member} must be
   *     null, and {@code members} is ignored
   * @param machines as for {@link #start(Vertx, SynodOptions, Map)}
   * @return a future that succeeds when the client has applied every command that was chosen before
   *     it started. It fails with a {@link ConfigurationException} if the options are invalid, with
   *     {@link SynodException.NotAdmitted} if no member accepts a client, and with {@link
   *     SynodException.NoQuorum} if no member with a leader answers within the request timeout
   */
  static Future<Synod> client(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().client(vertx, options, machines);
  }

  /**
   * Turns a member into a group of one, from the contents of its own data directory. This is the
   * last resort when the other members are lost permanently. It is not safe: acknowledged writes
   * that this member does not hold are lost, and the other members must never be started again.
   * Blocks the calling thread; the member must not run.
   *
   * @param machines as for {@link #start(Vertx, SynodOptions, Map)}
   * @return a description of what was done, for a person
   * @throws ConfigurationException if the member has left the group or has never joined it
   * @throws dev.synod.storage.file.StorageException if the data directory cannot be used
   */
  static String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().forceAlone(options, machines);
  }

  /**
   * Marks a command as skipped at one stopped member. This is the way past a command that ends with
   * an {@link Error} at every member, such as a stack overflow, and so stops each of them again and
   * again. The command is rejected instead of applied. The member's log records it.
   *
   * <p>The same call is made for every member that hosts state machines before any of them is
   * started: a member that has not skipped the command stops at it again, and members that have
   * skipped different commands stop at the first command of the next leader. Blocks the calling
   * thread; the member must not run.
   *
   * @param machines as for {@link #start(Vertx, SynodOptions, Map)}
   * @param slot slot of the command, as the reason of the stop names it
   * @param command position of the command in the slot, likewise
   * @return a description of what was done, for a person
   * @throws ConfigurationException if this member does not stop at that command
   * @throws dev.synod.storage.file.StorageException if the data directory cannot be used
   */
  static String skipCommand(
      SynodOptions options, Map<String, StateMachine> machines, long slot, int command) {
    return SynodProvider.load().skipCommand(options, machines, slot, command);
  }

  /** Returns the name of the group. */
  String group();

  /** Returns the name of this member. */
  String member();

  /**
   * Returns the identity of the group's history, as {@link Status#identity} does, without a turn of
   * the event loop; empty while this member belongs to no group. Slots, versions and positions mean
   * nothing in a history of another identity.
   */
  String identity();

  /** Returns a copy of the options with which this member was started. */
  SynodOptions options();

  /**
   * Submits a command to the group: the group chooses a slot for it, and every member applies it
   * exactly once, in the order of the slots.
   *
   * @param machine name of the state machine that executes the command
   * @param command bytes of the command; the caller must not write to them any more
   * @return a future that succeeds with the slot and the result when this member has applied the
   *     command, and fails with a {@link SynodException}
   */
  default Future<Applied> submit(String machine, Buffer command) {
    byte[] addressed = StateMachines.address(machine, command.length());
    command.getBytes(addressed, addressed.length - command.length());
    return submit(machine, addressed, (slot, result) -> new Applied(slot, Buffer.buffer(result)));
  }

  /**
   * Submits a command as {@link #submit(String, Buffer)} does, without copying its bytes.
   *
   * @param command the state machine's {@linkplain StateMachines#address address} followed by the
   *     bytes of the command; the caller must not write to them any more
   * @param reader decoder of the result
   */
  <R> Future<R> submit(String machine, byte[] command, ResultReader<R> reader);

  /**
   * Waits until this member's state is as current as the read level requires.
   *
   * @return a future with the applied slot and the guarantee that holds for it. Code that runs in
   *     the future's handler on {@link #context()} reads the state at that slot or a later one; the
   *     future fails with a {@link SynodException}
   */
  Future<Outcome.ReadAt> readable(ReadLevel level);

  /**
   * Queries a state machine of this member, once its state is as current as the read level
   * requires.
   *
   * @return a future with the state machine's answer; it fails with a {@link SynodException}
   */
  default Future<Buffer> query(String machine, Buffer question, ReadLevel level) {
    byte[] addressed = StateMachines.address(machine, question.length());
    question.getBytes(addressed, addressed.length - question.length());
    return query(machine, addressed, level, (slot, answer) -> Buffer.buffer(answer));
  }

  /**
   * Queries a state machine as {@link #query(String, Buffer, ReadLevel)} does, without copying
   * bytes.
   *
   * @param question the state machine's {@linkplain StateMachines#address address} followed by the
   *     bytes of the query; the caller must not write to them any more
   * @param reader decoder of the answer
   */
  <R> Future<R> query(String machine, byte[] question, ReadLevel level, ResultReader<R> reader);

  /**
   * Returns this member's state machine of that name. The state machine may be used on {@link
   * #context()} only.
   *
   * @throws IllegalArgumentException if this member has no such state machine, or if it has another
   *     type
   */
  <M extends StateMachine> M machine(String name, Class<M> type);

  /** Returns the event-loop context on which this member runs its roles and applies commands. */
  Context context();

  /**
   * Takes a snapshot of this member's state and removes the log entries that the snapshot replaces.
   * A member also takes snapshots on its own when its log has grown by {@link
   * SynodOptions#getSnapshotLogBytes}.
   *
   * @return a future with the slot of a durable snapshot, which contains every command that was
   *     applied at the time of the call; 0 if none was applied
   */
  Future<Long> snapshot();

  /** Returns the members of the group and its quorum rule, as this member knows them. */
  Future<Membership> membership();

  /**
   * Changes members, roles or quorum rule of the running group; any member accepts the call. A new
   * member first copies the state and votes only afterwards. A removed member stops by itself, once
   * the others hold everything that it held ({@link #ended} reports it), and its name cannot be
   * used again. Reconfiguration follows the α-window of Lamport, Malkhi, Zhou, "Reconfiguring a
   * State Machine" (2010).
   *
   * @return a future with the membership once the change is in use. It fails with {@link
   *     SynodException.ChangeRefused}, also if a new member does not run, with {@link
   *     SynodException.NoQuorum} or {@link SynodException.OutcomeUnknown}
   */
  Future<Membership> change(GroupChange change);

  /**
   * Transfers the leadership to another member. The leader hands over once that member has answered
   * a heartbeat that was sent after the request; otherwise it leads on.
   *
   * @return a future that succeeds when that member leads. It fails with {@link
   *     SynodException.ChangeRefused} if that member is no proposer, or if it is an acceptor that
   *     the leader has not heard for some election timeouts, and with {@link
   *     SynodException.NoQuorum} if that member does not become leader within the request timeout
   */
  Future<Void> transferLeadership(String successor);

  /** Returns the state of this member and of the group, as this member knows it. */
  Future<Status> status();

  /**
   * Returns the latest measurements of this member. They are taken twice a second on the event
   * loop; the call itself only reads a field, so that gauges may call it as often as they like.
   */
  Vitals vitals();

  /**
   * Adds a check that this member runs at each look at its own health, twice a second. A finding
   * becomes an alarm once it has lasted for two seconds; its begin and its end are logged.
   *
   * @param check returns the code and the text of each {@link Alarm} that holds now. It is called
   *     on {@link #context()}, so it must not block
   */
  void addHealthCheck(Supplier<Map<String, String>> check);

  /**
   * Adds a hook that {@link #close} calls first, while this member still takes part in the group:
   * what the member holds by its session can be ended before the group passes it on. All hooks are
   * called at once, and {@code close} goes on when their futures are complete, or after two
   * seconds. A member that is stopped in another way calls no hook.
   *
   * @param hook called on {@link #context()}; an exception is logged
   */
  void addCloseHook(Supplier<Future<?>> hook);

  /**
   * Returns a future that completes when this member ends. It succeeds after {@link #close}. It
   * fails with {@link SynodException.Left} when the member has left its group, and with {@link
   * SynodException.Closed} when the member has stopped because its log failed or an invariant was
   * violated; the message names the reason. The application should then end the process as well.
   */
  Future<Void> ended();

  /**
   * Stops this member: transfers the leadership if this member leads, writes pending records, and
   * releases the data directory. The group continues without it.
   *
   * @return a future that succeeds when the data directory is released
   */
  Future<Void> close();
}
