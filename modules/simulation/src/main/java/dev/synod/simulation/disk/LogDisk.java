package dev.synod.simulation.disk;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.plan.Mutant;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import dev.synod.storage.config.StoreOptions;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.log.Log;
import dev.synod.storage.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The production log on a disk in memory with the faults of disks. */
public final class LogDisk implements Disk {
  private static final Path DIRECTORY = Path.of("/store");

  private final World world;
  private final Supplier<Faults.Store> faults;
  private final BooleanSupplier founded;
  private final @Nullable Mutant mutant;
  private final StoreOptions options;
  private final boolean frail;
  private SimulatedFiles files = new SimulatedFiles();
  private final List<LogRecord> waiting = new ArrayList<>();
  private @Nullable Log log;

  /** When it was opened last. */
  private IncarnationHistory incarnationHistory = IncarnationHistory.first(0, 0);

  /** The store that the other members know this member by. */
  private String knownAs = "";

  /** What a mutant restores. */
  private @Nullable SimulatedFiles copy;

  /** Nothing but a flipped bit has befallen the disk since it was opened. */
  private boolean merelyRotten;

  private long appended;
  private long written;
  private long durable;

  /**
   * @param faults what the disks do by now
   * @param founded whether the group is founded by now
   */
  public LogDisk(
      String member,
      World world,
      Supplier<Faults.Store> faults,
      BooleanSupplier founded,
      @Nullable Mutant mutant) {
    this.world = world;
    this.faults = faults;
    this.founded = founded;
    this.mutant = mutant;
    Faults.Store store = faults.get();
    this.frail = store.frail().contains(member);
    this.options =
        StoreOptions.in(DIRECTORY, "simulated", member)
            .withSegmentBytes(store.segmentBytes())
            .withStrict(frail);
  }

  @Override
  public Recovered open() {
    if (mutant == Mutant.OLD_COPY_RESTORED && world.chance(0.3)) {
      if (copy != null) {
        files = copy.copy();
        copy = null;
      } else {
        copy = files.copy();
      }
    }
    Log opened =
        Log.open(
            options.withFiles(files),
            Runnable::run,
            () -> new UUID(world.random.nextLong(), world.random.nextLong()));
    if (knownAs.isEmpty() || mutant == Mutant.WIPED_DISK_REJOINS) {
      knownAs = opened.storeId();
    } else if (!knownAs.equals(opened.storeId())) {
      throw new StorageException(
          StorageException.Kind.WRONG_IDENTITY, "the others know another store of this member");
    }
    log = opened;
    merelyRotten = false;
    incarnationHistory = opened.incarnationHistory();
    waiting.clear();
    appended = 0;
    written = 0;
    durable = 0;
    return opened.recovered();
  }

  @Override
  public IncarnationHistory incarnationHistory() {
    return incarnationHistory;
  }

  @Override
  public Disk copy() {
    LogDisk copied = new LogDisk(options.member(), world, faults, founded, mutant);
    copied.files = files.copy();
    copied.incarnationHistory = incarnationHistory;
    return copied;
  }

  private Log log() {
    if (log == null) {
      throw new IllegalStateException("the log is not open");
    }
    return log;
  }

  @Override
  public void append(LogRecord record) {
    waiting.add(record);
    appended++;
  }

  @Override
  public long appended() {
    return appended;
  }

  @Override
  public long durable() {
    return durable;
  }

  @Override
  public void write() {
    if (!waiting.isEmpty()) {
      log().write(waiting);
      waiting.clear();
      written = appended;
    }
  }

  @Override
  public void force() {
    if (world.strikes(faults.get().failingForce())) {
      files.failNextForce();
    }
    log().force();
    durable = written;
  }

  @Override
  public long logBytes() {
    return log().bytes();
  }

  @Override
  public SnapshotStore snapshots() {
    return log().snapshots();
  }

  @Override
  public void cutPowerSoon() {
    files.cutPowerAfter(world.random.nextInt(6));
  }

  /** Whether a single flipped bit is all the damage since the store was opened last. */
  public boolean isMerelyRotten() {
    return merelyRotten;
  }

  /** There is no room for more, until the member is started again or {@link #free}. */
  public void fill() {
    files.fill();
  }

  public void free() {
    files.free();
  }

  /**
   * Beside losing what was not forced, the disk of a frail member may suffer a blow. One only until
   * something is written again, and none to what a torn write has hit already: {@code strict}
   * promises to survive one damaged page at the end of the log.
   */
  @Override
  public void crash() {
    log = null;
    Faults.Store chances = faults.get();
    // What a founder says before the group is founded is lost with its disk; see Cluster.empties.
    boolean frail = this.frail && durable > 0 && founded.getAsBoolean();
    if (frail && world.strikes(chances.rot())) {
      files.crash(world.random, true);
      boolean struck = files.rot(world.random);
      merelyRotten = struck;
      world.note(
          TraceEvent.Kind.DISK, options.member(), () -> "has a bit of its disk flipped: " + struck);
    } else if (frail && world.strikes(chances.misdirection())) {
      files.crash(world.random, true);
      boolean struck = files.misdirect(world.random);
      world.note(
          TraceEvent.Kind.DISK,
          options.member(),
          () -> "had a write go to a wrong place: " + struck);
    } else if (frail && world.strikes(chances.wipe())) {
      files.crash(world.random, true);
      files.wipe();
      world.note(TraceEvent.Kind.DISK, options.member(), () -> "has its disk wiped");
    } else {
      files.crash(world.random, false);
    }
  }
}
