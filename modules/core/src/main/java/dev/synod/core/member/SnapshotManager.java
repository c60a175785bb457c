package dev.synod.core.member;

import dev.synod.core.Snapshot;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.LogRecord;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.Learner;
import dev.synod.core.paxos.MemberContext;
import dev.synod.core.paxos.SlotLog;
import dev.synod.core.proposer.Proposer;
import dev.synod.core.replica.ClientSession;
import dev.synod.core.replica.Replica;
import dev.synod.core.replica.StateHashCheck;
import java.io.IOException;
import java.io.InputStream;

/**
 * What the two directions of a member's snapshots have to do with each other, and with its state:
 * its own ones, which it takes and gives ({@link SnapshotSource}), and those of others, which it
 * fetches ({@link SnapshotFetch}) and puts in the place of its state. One at a time is written,
 * fetched or read.
 */
final class SnapshotManager {
  private final MemberKind kind;
  private final SlotLog log;
  private final Replica replica;
  private final Learner learner;
  private final Proposer proposer;
  private final ClientSession session;
  private final StateHashCheck stateHashCheck;
  private final SnapshotFiles files;
  private final SnapshotSource snapshotSource;
  private final SnapshotFetch snapshotFetch;

  SnapshotManager(
      MemberContext context,
      MemberKind kind,
      Replica replica,
      Learner learner,
      Proposer proposer,
      ClientSession session,
      StateHashCheck stateHashCheck,
      SnapshotFiles files,
      SnapshotSource snapshotSource,
      SnapshotFetch snapshotFetch) {
    this.log = context.log();
    this.kind = kind;
    this.replica = replica;
    this.learner = learner;
    this.proposer = proposer;
    this.session = session;
    this.stateHashCheck = stateHashCheck;
    this.files = files;
    this.snapshotSource = snapshotSource;
    this.snapshotFetch = snapshotFetch;
  }

  /** Lets time pass for the snapshots that are taken; called with each tick. */
  void take(Effects out) {
    snapshotSource.tick(snapshotFetch.isIdle(), out);
  }

  /** That member offers a snapshot: it is fetched if this one is the better for it. */
  void offered(String from, Snapshot snapshot, Effects out) {
    long slot = snapshot.slot();
    boolean helps = slot > learner.delivered() || snapshotSource.isWanting(slot);
    if (helps && slot >= log.floor() && !snapshotSource.isTaking()) {
      snapshotFetch.offered(from, snapshot, out);
    }
  }

  /** Lets time pass for the snapshots that are fetched; called with each tick. */
  void fetch(Effects out) {
    snapshotFetch.delivered(
        kind == MemberKind.WITNESS ? snapshotSource.newestSlot() : learner.delivered());
    snapshotFetch.tick(out);
  }

  /** See {@link Member#prepare}; on any thread. */
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
    session.restored(replica);
    learner.resume(snapshotFetch.teacher(), out);
    session.applied(replica.applied());
  }

  /**
   * Replaces the state by the snapshot; the promise and the values accepted in later slots stay
   * (I6).
   */
  void install(Snapshot snapshot, Runnable state, Effects out) {
    state.run();
    if (snapshot.slot() > log.chosen()) {
      log.install(snapshot.slot());
      out.append(new LogRecord.Truncated(snapshot.slot()));
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
