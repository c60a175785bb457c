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
 * One member of a group that agrees on a log, in this Vert.x; or a {@linkplain #client client} of
 * it, which differs from a member in what it may be asked for: nothing that is about members.
 *
 * <p>Methods may be called from any thread; futures complete on the caller's context, as everywhere
 * in Vert.x. Failures are of the types in {@link SynodException}.
 */
public interface Synod {
  /** Starts a member with the state machines that are on the class path. */
  static Future<Synod> start(Vertx vertx, SynodOptions options) {
    return start(vertx, options, Map.of());
  }

  /**
   * Starts a member: reads its log, if it has one, and joins the others. Does not wait for a
   * quorum.
   *
   * @param vertx on a clustered one the members find each other over the event bus; several members
   *     may share one
   * @param machines state machines by name, besides those of each {@link StateMachineFactory} on
   *     the class path; the same names on every member
   * @return fails with a {@link ConfigurationException}, or a {@link
   *     dev.synod.storage.file.StorageException} if the data directory cannot be used
   */
  static Future<Synod> start(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().start(vertx, options, machines);
  }

  /** Starts a client with the state machines that are on the class path. */
  static Future<Synod> client(Vertx vertx, SynodOptions options) {
    return client(vertx, options, Map.of());
  }

  /**
   * Starts a client: it is no member, has no say and keeps nothing on disk, but submits and reads
   * like a member, and its state machines are applied here as everywhere. It finds members by their
   * addresses, follows one of those that let clients in ({@link SynodOptions#setMaxClients}), and
   * another one when that is gone. Its state is in memory, as a member's is: it is fetched when the
   * client starts.
   *
   * @param vertx the members' own, or a node of the same cluster
   * @param options of which the group, times and sizes matter; it has no {@code member}, and who
   *     the members are it finds out
   * @param machines as for {@link #start(Vertx, SynodOptions, Map)}
   * @return once it has applied what was decided when it came; fails with a {@link
   *     ConfigurationException}, with {@link SynodException.NotAdmitted} if the group lets no
   *     client in, with {@link SynodException.NoQuorum} if no member with a leader was found in
   *     time
   */
  static Future<Synod> client(
      Vertx vertx, SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().client(vertx, options, machines);
  }

  /**
   * Makes the member that these options are of the whole group, from what its own data directory
   * holds: the last resort when the other members are lost for ever. Not safe: what was
   * acknowledged and is only with the others is lost, and none of them may ever be started again.
   * Blocks; the member must not run.
   *
   * @param machines as for {@link #start(Vertx, SynodOptions, Map)}
   * @return what was done, in words
   * @throws ConfigurationException if the member has left the group, or never joined it
   * @throws dev.synod.storage.file.StorageException if the data directory cannot be used
   */
  static String forceAlone(SynodOptions options, Map<String, StateMachine> machines) {
    return SynodProvider.load().forceAlone(options, machines);
  }

  /** The name of the group. */
  String group();

  /** The name of this member. */
  String member();

  /** What it was started with. */
  SynodOptions options();

  /**
   * Has a command decided, and applied exactly once by every member.
   *
   * @param machine the state machine it is for
   * @param command its bytes; not to be written to from now on
   * @return where it was decided and what it resulted in, once this member has applied it
   */
  default Future<Applied> submit(String machine, Buffer command) {
    byte[] addressed = StateMachines.address(machine, command.length());
    command.getBytes(addressed, addressed.length - command.length());
    return submit(machine, addressed, (slot, result) -> new Applied(slot, Buffer.buffer(result)));
  }

  /**
   * The same for those who write and read bytes themselves: nothing is copied on the way.
   *
   * @param command its bytes behind the machine's {@linkplain StateMachines#address address}; not
   *     to be written to from now on
   * @param reader makes of the result what the Future ends with
   */
  <R> Future<R> submit(String machine, byte[] command, ResultReader<R> reader);

  /**
   * Waits until this member's state may be read at that level.
   *
   * @return the slot that is applied here, and the promise that holds for it; what is read on
   *     {@link #context()} before anything else runs there is at that slot or later
   */
  Future<Outcome.ReadAt> readable(ReadLevel level);

  /**
   * Asks a state machine of this member.
   *
   * @return its answer, from a state as current as the level promises
   */
  default Future<Buffer> query(String machine, Buffer question, ReadLevel level) {
    byte[] addressed = StateMachines.address(machine, question.length());
    question.getBytes(addressed, addressed.length - question.length());
    return query(machine, addressed, level, (slot, answer) -> Buffer.buffer(answer));
  }

  /**
   * The same for those who write and read bytes themselves.
   *
   * @param question its bytes behind the machine's {@linkplain StateMachines#address address}; not
   *     to be written to from now on
   * @param reader makes of the answer what the Future ends with
   */
  <R> Future<R> query(String machine, byte[] question, ReadLevel level, ResultReader<R> reader);

  /**
   * The state machine of that name, on this member, to be used on {@link #context()} only.
   *
   * @throws IllegalArgumentException if there is none, or it is of another type
   */
  <M extends StateMachine> M machine(String name, Class<M> type);

  /** The event-loop context on which this member's roles run and its state machines are applied. */
  Context context();

  /**
   * Takes a snapshot of this member's state now, and cuts its log. It does so by itself when the
   * log has grown ({@link SynodOptions#getSnapshotLogBytes}).
   *
   * @return the slot of a durable snapshot that holds all that was applied when this was called; 0
   *     if nothing was
   */
  Future<Long> snapshot();

  /** Who is in the group, and how it decides, as this member knows it. */
  Future<Membership> membership();

  /**
   * Changes members, quorums, or both, while the group runs; at any member. New members learn what
   * the group knows before they get a say; those that are removed stop by themselves, once the
   * others know all they knew ({@link #ended} tells it), and may not come back under their names.
   *
   * @return the membership once the change is in use; fails with {@link
   *     SynodException.ChangeRefused}, among other reasons if a new member does not run, {@link
   *     SynodException.NoQuorum} or {@link SynodException.OutcomeUnknown}
   */
  Future<Membership> change(GroupChange change);

  /**
   * Has another member lead.
   *
   * @return succeeds once that member leads; fails with {@link SynodException.ChangeRefused} if it
   *     is no proposer, or an acceptor that the leader does not hear, with {@link
   *     SynodException.NoQuorum} if it did not come to lead in time
   */
  Future<Void> transferLeadership(String successor);

  /** This member, and the group as it knows it. */
  Future<Status> status();

  /**
   * What was measured of this member at its last look at itself, no longer than a second ago while
   * its event loop turns. Costs nothing: for gauges that are read often.
   */
  Vitals vitals();

  /**
   * Has this member make one more check at each look at itself, twice a second: what is found
   * becomes an alarm once it has lasted for two seconds, and is logged when it begins and ends.
   *
   * @param check returns the code and the text of each {@link Alarm} that holds now; is called on
   *     {@link #context()}, so it does not block
   */
  void addHealthCheck(Supplier<Map<String, String>> check);

  /**
   * Tells the end of this member: succeeds once it is closed, fails with {@link
   * SynodException.Left} when it has left its group, and with {@link SynodException.Closed} when it
   * stops for good by itself, because its log has failed or an invariant. The reason is in the
   * message; the process should end as well.
   */
  Future<Void> ended();

  /**
   * Stops this member: hands leadership over if it leads, writes what waits, and lets go of its
   * data directory. The group goes on without it.
   */
  Future<Void> close();
}
