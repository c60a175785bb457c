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
import dev.synod.core.replica.Markers;
import dev.synod.core.replica.Replica;
import dev.synod.core.replica.Session;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one member, in both directions: its own ones, which it takes and gives ({@link
 * Snapshots}), and those of others, which it fetches ({@link Installation}) and puts in the place
 * of its state. One at a time is written, fetched or read.
 */
final class Restoration {
  private final Member.Part part;
  private final SlotLog log;
  private final Replica replica;
  private final Learner learner;
  private final Proposer proposer;
  private final Session session;
  private final Markers markers;
  private final Configurations configurations;
  private final Peers peers;
  private final SnapshotFiles files;
  private final Snapshots snapshots;
  private final Installation installation;

  Restoration(
      String self,
      Member.Part part,
      SlotLog log,
      Replica replica,
      Learner learner,
      Proposer proposer,
      Session session,
      Markers markers,
      Configurations configurations,
      Peers peers,
      SnapshotFiles files,
      Settings settings) {
    this.part = part;
    this.log = log;
    this.replica = replica;
    this.learner = learner;
    this.proposer = proposer;
    this.session = session;
    this.markers = markers;
    this.configurations = configurations;
    this.peers = peers;
    this.files = files;
    snapshots =
        new Snapshots(
            log, replica, configurations, peers, files, settings, part == Member.Part.MEMBER, self);
    installation = new Installation(files, settings);
  }

  /** The newest snapshot that is durable here; null if there is none. */
  @Nullable Snapshot newest() {
    return snapshots.newest();
  }

  /** The snapshot that is being fetched from another member; null if none is. */
  @Nullable Snapshot fetching() {
    return installation.fetching();
  }

  // ---- taking and giving ----------------------------------------------------------------------

  /** One is to be taken soon. */
  void want() {
    snapshots.want();
  }

  /** Lets time pass for those that are taken: milliseconds of the host's monotonic clock. */
  void take(long now, Effects out) {
    snapshots.tick(now, installation.isIdle(), out);
  }

  /** It is durable. */
  void taken(Snapshot snapshot, Effects out) {
    snapshots.taken(snapshot, out);
  }

  /** That member needs a snapshot that reaches this slot. */
  void offer(String member, long atLeast, Effects out) {
    snapshots.offer(member, atLeast, out);
  }

  /** That member fetches a piece. */
  void asked(String member, Fetch fetch, Effects out) {
    snapshots.fetch(member, fetch, out);
  }

  /** The piece is read, or cannot be. */
  void read(String member, Snapshot snapshot, long offset, byte[] bytes, Effects out) {
    snapshots.read(member, snapshot, offset, bytes, out);
  }

  /** A member learns from this slot on: perhaps what is behind a snapshot that it has fetched. */
  void learns(long from) {
    snapshots.learns(from);
  }

  /** That one of this member is of no use. */
  void drop(Snapshot snapshot) {
    files.drop(snapshot);
  }

  // ---- fetching -------------------------------------------------------------------------------

  /** That member offers a snapshot: it is fetched if this one is the better for it. */
  void offered(String from, Snapshot snapshot, Effects out) {
    long slot = snapshot.slot();
    boolean helps = slot > learner.delivered() || snapshots.isWanting(slot);
    if (helps && slot >= log.floor() && !snapshots.isTaking()) {
      installation.offered(from, snapshot, out);
    }
  }

  /** Lets time pass for those that are fetched: milliseconds of the host's monotonic clock. */
  void fetch(long now, Effects out) {
    installation.passed(part == Member.Part.WITNESS ? snapshots.newestSlot() : learner.delivered());
    installation.tick(now, out);
  }

  /** A piece has come. */
  void arrived(Chunk chunk) {
    installation.arrived(chunk);
  }

  /** A piece is written. */
  void written(Snapshot snapshot, long offset, Effects out) {
    installation.written(snapshot, offset, out);
  }

  /** The pieces are not what the snapshot says. */
  void damaged() {
    installation.ended();
  }

  // ---- installing -----------------------------------------------------------------------------

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
    installation.ended();
    if (snapshot.slot() <= learner.delivered()) {
      if (snapshots.isWanting(snapshot.slot())) {
        snapshots.taken(snapshot, out);
        return;
      }
      // The log came by itself meanwhile.
      files.drop(snapshot);
      return;
    }
    install(snapshot, state, out);
    session.restored(replica, out);
    learner.resume(installation.teacher(), out);
    session.applied(replica.applied(), out);
  }

  /** The state jumps; the promise stays, and so does what was accepted above (I6). */
  void install(Snapshot snapshot, Runnable state, Effects out) {
    state.run();
    if (snapshot.slot() > log.chosen()) {
      log.install(snapshot.slot());
      Snapshots.record(snapshot.slot(), configurations, peers, out);
      if (log.chosen() > snapshot.slot()) {
        // What was learned ahead of a gap, which the snapshot has closed.
        out.append(new LogRecord.Chosen(log.chosen()));
      }
    }
    learner.restored(snapshot.slot());
    proposer.passed(replica.time());
    markers.forget();
    if (part == Member.Part.CLIENT) {
      files.drop(snapshot);
    } else {
      snapshots.restored(snapshot);
    }
  }
}
