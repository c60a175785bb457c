package dev.synod.simulation.disk;

import dev.synod.core.Snapshot;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.SkippedCommand;
import dev.synod.simulation.world.World;
import dev.synod.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A log as a list of records in memory: fast, and without disk faults. */
public final class RecordDisk implements Disk {
  private final World world;
  private final List<LogRecord> records = new ArrayList<>();
  private int before;
  private int written;
  private int durable;

  /** What a record is taken to weigh beside its value. */
  private static final int OVERHEAD = 32;

  private final SnapshotStore snapshots = SnapshotStore.inMemory();
  private long bytes;

  /** Whose openings it counts. */
  private final long store;

  private final List<Long> tokens = new ArrayList<>();

  /** A new store. */
  public RecordDisk(World world) {
    this(world, world.random.nextLong());
  }

  private RecordDisk(World world, long store) {
    this.world = world;
    this.store = store;
  }

  @Override
  public IncarnationHistory incarnationHistory() {
    return new IncarnationHistory(store, tokens.size(), tokens);
  }

  @Override
  public Disk copy() {
    RecordDisk copy = new RecordDisk(world, store);
    copy.records.addAll(records.subList(0, durable));
    copy.durable = durable;
    copy.tokens.addAll(tokens);
    Snapshot newest = snapshots.newest();
    if (newest != null) {
      try (InputStream from = snapshots.read(newest)) {
        SnapshotStore.Draft draft = copy.snapshots.draft(newest.slot());
        from.transferTo(draft.out());
        draft.publish();
      } catch (IOException never) {
        throw new UncheckedIOException(never);
      }
    }
    return copy;
  }

  @Override
  public void append(LogRecord record) {
    records.add(record);
    Entry entry =
        record instanceof LogRecord.Accepted accepted
            ? accepted.entry()
            : record instanceof LogRecord.Learned learned ? learned.entry() : null;
    bytes += OVERHEAD + (entry == null ? 0 : entry.value().block().length);
  }

  @Override
  public long logBytes() {
    return bytes;
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  /** A list knows no steps. */
  @Override
  public void cutPowerSoon() {}

  @Override
  public long appended() {
    return (long) records.size() - before;
  }

  @Override
  public long durable() {
    return (long) durable - before;
  }

  @Override
  public void write() {
    written = records.size();
  }

  @Override
  public void force() {
    durable = Math.max(durable, written);
  }

  @Override
  public void crash() {
    int unforced = records.size() - durable;
    int kept = durable + (unforced == 0 ? 0 : world.random.nextInt(unforced + 1));
    records.subList(kept, records.size()).clear();
    durable = kept;
  }

  @Override
  public Recovered open() {
    before = records.size();
    tokens.add(world.random.nextLong());
    RecoveredIdentity past = RecoveredIdentity.NONE;
    Ballot promised = Ballot.NONE;
    Ballot campaigned = Ballot.NONE;
    long chosen = 0;
    long floor = 0;
    LogRecord.Initialized initialized = null;
    boolean left = false;
    long longestLease = 0;
    List<SkippedCommand> skipped = new ArrayList<>();
    TreeMap<Long, Entry> entries = new TreeMap<>();
    TreeMap<Long, Entry> learned = new TreeMap<>();
    for (LogRecord record : records) {
      if (record instanceof LogRecord.Promised promise) {
        promised = max(promised, promise.ballot());
      } else if (record instanceof LogRecord.Campaigned campaign) {
        campaigned = max(campaigned, campaign.ballot());
      } else if (record instanceof LogRecord.Accepted accepted) {
        promised = max(promised, accepted.entry().ballot());
        if (!learned.containsKey(accepted.entry().slot())) {
          entries.put(accepted.entry().slot(), accepted.entry());
        }
      } else if (record instanceof LogRecord.Learned entry) {
        learned.put(entry.entry().slot(), entry.entry());
        entries.put(entry.entry().slot(), entry.entry());
      } else if (record instanceof LogRecord.Chosen upTo) {
        chosen = Math.max(chosen, upTo.slot());
      } else if (record instanceof LogRecord.Truncated cut) {
        floor = Math.max(floor, cut.floor());
      } else if (record instanceof LogRecord.Initialized birth) {
        initialized = birth;
      } else if (record instanceof LogRecord.Left) {
        left = true;
      } else if (record instanceof LogRecord.LeaseGranted granted) {
        longestLease = Math.max(longestLease, granted.duration());
      } else if (record instanceof LogRecord.Skipped one) {
        skipped.add(one.command());
      } else if (record instanceof LogRecord.OfIdentity identity) {
        past = past.after(identity);
      } else {
        throw LogRecord.unhandled(record);
      }
    }
    entries.headMap(floor, true).clear();
    chosen = Math.max(floor, chosen);
    return new Recovered(
        promised,
        campaigned,
        floor,
        chosen,
        List.copyOf(entries.values()),
        List.of(),
        initialized,
        left,
        longestLease,
        skipped,
        past);
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }
}
