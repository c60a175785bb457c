package dev.synod.core.member;

import dev.synod.core.Snapshot;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message.Chunk;
import dev.synod.core.message.Message.Fetch;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.Learner;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.core.replica.ClientSession;
import dev.synod.core.replica.Replica;
import dev.synod.core.replica.StateHashCheck;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one member: its own snapshots, which it takes and offers ({@link
 * SnapshotSource}), and those of other members, which it fetches ({@link SnapshotFetch}) and
 * installs. One snapshot at a time is written, fetched or read.
 */
final class SnapshotManager {
  private final MemberKind kind;
  private final SlotLog log;
  private final Replica replica;
  private final Learner learner;
  private final Proposer proposer;
  private final ClientSession session;
  private final StateHashCheck stateHashCheck;
  private final Configurations configurations;
  private final PeerIdentities peerIdentities;
  private final SnapshotFiles files;
  private final SnapshotSource snapshotSource;
  private final SnapshotFetch snapshotFetch;

  SnapshotManager(
      String self,
      MemberKind kind,
      SlotLog log,
      Replica replica,
      Learner learner,
      Proposer proposer,
      ClientSession session,
      StateHashCheck stateHashCheck,
      Configurations configurations,
      PeerIdentities peerIdentities,
      SnapshotFiles files,
      Settings settings) {
    this.kind = kind;
    this.log = log;
    this.replica = replica;
    this.learner = learner;
    this.proposer = proposer;
    this.session = session;
    this.stateHashCheck = stateHashCheck;
    this.configurations = configurations;
    this.peerIdentities = peerIdentities;
    this.files = files;
    snapshotSource =
        new SnapshotSource(
            log,
            replica,
            configurations,
            peerIdentities,
            files,
            settings,
            kind == MemberKind.MEMBER,
            self);
    snapshotFetch = new SnapshotFetch(files, settings);
  }

  /** Returns the newest durable snapshot; null if there is none. */
  @Nullable Snapshot newest() {
    return snapshotSource.newest();
  }

  /** Returns the snapshot that is being fetched; null if there is none. */
  @Nullable Snapshot fetching() {
    return snapshotFetch.fetching();
  }

  // ---- taking and giving ----------------------------------------------------------------------

  /** Requests a snapshot soon. */
  void want() {
    snapshotSource.want();
  }

  /** Advances the time for taking snapshots: milliseconds of the host's monotonic clock. */
  void take(long now, Effects out) {
    snapshotSource.tick(now, snapshotFetch.isIdle(), out);
  }

  /** Records that a snapshot is durable. */
  void taken(Snapshot snapshot, Effects out) {
    snapshotSource.taken(snapshot, out);
  }

  /** Offers a snapshot to a member that needs this slot. */
  void offer(String member, long atLeast, Effects out) {
    snapshotSource.offer(member, atLeast, out);
  }

  /** Handles a member's request for a chunk. */
  void asked(String member, Fetch fetch, Effects out) {
    snapshotSource.fetch(member, fetch, out);
  }

  /** Handles a chunk that the host has read, or could not read. */
  void read(String member, Snapshot snapshot, long offset, byte[] bytes, Effects out) {
    snapshotSource.read(member, snapshot, offset, bytes, out);
  }

  /** Records that a member learns from this slot on, possibly after fetching a snapshot. */
  void learns(long from) {
    snapshotSource.learns(from);
  }

  /** Drops an unusable snapshot of this member. */
  void drop(Snapshot snapshot) {
    files.drop(snapshot);
  }

  // ---- fetching -------------------------------------------------------------------------------

  /** Handles an offered snapshot, which is fetched if this member lacks its slots. */
  void offered(String from, Snapshot snapshot, Effects out) {
    long slot = snapshot.slot();
    boolean helps = slot > learner.delivered() || snapshotSource.isWanting(slot);
    if (helps && slot >= log.floor() && !snapshotSource.isTaking()) {
      snapshotFetch.offered(from, snapshot, out);
    }
  }

  /** Advances the time for fetching: milliseconds of the host's monotonic clock. */
  void fetch(long now, Effects out) {
    snapshotFetch.delivered(
        kind == MemberKind.WITNESS ? snapshotSource.newestSlot() : learner.delivered());
    snapshotFetch.tick(now, out);
  }

  /** Handles a chunk. */
  void arrived(Chunk chunk) {
    snapshotFetch.arrived(chunk);
  }

  /** Records that a chunk is written. */
  void written(Snapshot snapshot, long offset, Effects out) {
    snapshotFetch.written(snapshot, offset, out);
  }

  /** Handles a fetched snapshot with a wrong checksum. */
  void damaged() {
    snapshotFetch.ended();
  }

  // ---- installing -----------------------------------------------------------------------------

  /** See {@link Member#prepare}; called on any thread. */
  Runnable prepare(Snapshot snapshot, InputStream bytes) throws IOException {
    Runnable state = replica.prepare(bytes);
    return () -> {
      state.run();
      if (replica.applied() != snapshot.slot()) {
        throw new IllegalStateException(snapshot + " holds the state of slot " + replica.applied());
      }
    };
  }

  /** See {@link Member#snapshotReady}. */
  void ready(Snapshot snapshot, Runnable state, Effects out) {
    snapshotFetch.ended();
    if (snapshot.slot() <= learner.delivered()) {
      if (snapshotSource.isWanting(snapshot.slot())) {
        snapshotSource.taken(snapshot, out);
        return;
      }
      // The log has reached the slot of the snapshot meanwhile.
      files.drop(snapshot);
      return;
    }
    install(snapshot, state, out);
    session.restored(replica, out);
    learner.resume(snapshotFetch.teacher(), out);
    session.applied(replica.applied(), out);
  }

  /**
   * Replaces the state by the snapshot; the promise and the values accepted in later slots stay
   * (I6).
   */
  void install(Snapshot snapshot, Runnable state, Effects out) {
    state.run();
    if (snapshot.slot() > log.chosen()) {
      log.install(snapshot.slot());
      SnapshotSource.record(snapshot.slot(), configurations, peerIdentities, out);
      if (log.chosen() > snapshot.slot()) {
        // The snapshot closes a gap before slots that were learned earlier.
        out.append(new LogRecord.Chosen(log.chosen()));
      }
    }
    learner.restored(snapshot.slot());
    proposer.logTimeReached(replica.time());
    stateHashCheck.forget();
    if (kind == MemberKind.CLIENT) {
      files.drop(snapshot);
    } else {
      snapshotSource.restored(snapshot);
    }
  }
}
