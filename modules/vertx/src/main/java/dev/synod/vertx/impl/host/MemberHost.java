package dev.synod.vertx.impl.host;

import dev.synod.core.CommandFailed;
import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.Snapshot;
import dev.synod.core.host.DurableSends;
import dev.synod.core.host.Host;
import dev.synod.core.member.FoundingProgress;
import dev.synod.core.member.Member;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.core.replica.SequenceWindow;
import dev.synod.storage.Store;
import dev.synod.storage.StoreListener;
import dev.synod.storage.file.StorageException;
import dev.synod.storage.metrics.LatencyHistogram;
import dev.synod.vertx.NextPass;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.impl.bus.Outbound;
import dev.synod.vertx.impl.frame.FrameHeader;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the actions of a member's roles: it writes to the store, sends over the event bus,
 * provides the time and answers callers. Every method except {@link #execute} runs on the member's
 * context.
 *
 * <p>All messages that arrive within one turn of the event loop are handled before the roles end
 * their turn, so that commands which arrived together share a slot.
 */
public final class MemberHost implements Host, StoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(MemberHost.class);
  private static final long TICK_MILLIS = 10;
  private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Time for which a refused process of another group is reported after its last message. */
  private static final long STRANGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Size of pending records from which Accepts are dropped; the leader sends them again. */
  private static final long MAX_PENDING_BYTES = 2L * Value.MAX_BLOCK;

  /**
   * Number of passes after which the event loop gets a turn. A member that decides alone may
   * complete a command, which triggers the caller's next command, without end.
   */
  private static final int MAX_PASSES = 16;

  /** Maximum number of requests handled before the arrived messages. */
  private static final int MAX_WANTED = 1024;

  private final SynodOptions options;
  private final String self;

  /** Durable messages of this member to itself. */
  private final ArrayDeque<Message> own = new ArrayDeque<>();

  private final SequenceWindow<Consumer<Outcome>> submitted = new SequenceWindow<>();

  /** Callers that wait for a snapshot. */
  private final List<Wanting> wanting = new ArrayList<>();

  private final SequenceWindow<Consumer<Outcome>> reading = new SequenceWindow<>();
  private final Map<Long, Consumer<Outcome>> changing = new HashMap<>();

  /** Requests of other threads, and whether a turn for them is scheduled. */
  private final ConcurrentLinkedQueue<Runnable> wanted = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean coming = new AtomicBoolean();

  private @Nullable Store store;
  private @Nullable DurableSends durableSends;
  private @Nullable SnapshotWorker snapshots;
  private @Nullable Member member;
  private @Nullable Context context;
  private @Nullable Outbound outbound;
  private final SlotLatencies slotLatencies;
  private final HeartbeatRoundTrips heartbeatRoundTrips = new HeartbeatRoundTrips();
  private long busy;
  private long droppedForDisk;
  private long notAdmitted;
  private boolean left;
  private Epoch epoch = Epoch.UNBORN;
  private volatile String identity = "";
  private @Nullable FoundingProgress founding;
  private @Nullable ConfigurationException unfounded;
  private @Nullable String stranger;
  private long strangerAt = System.nanoTime() - STRANGER_NANOS;
  private long warnAgainAt = System.nanoTime();

  private long timer = -1;
  private boolean turnEnds;
  private @Nullable String stopped;
  private @Nullable Throwable failure;
  private Runnable onFailure = () -> {};

  /** Creates the host of a member with these options. */
  MemberHost(SynodOptions options) {
    this.options = options;
    this.self = options.getMember();
    this.slotLatencies = new SlotLatencies(options.getWindow());
  }

  /** Returns milliseconds of the monotonic clock, more than 0. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - START) + 1;
  }

  private static final long START = System.nanoTime();

  /** Sets the store, before the member is created. */
  void keep(Store store) {
    this.store = store;
    this.durableSends = new DurableSends(store::durable, this::leave);
    this.snapshots = new SnapshotWorker(self, this, store);
  }

  /** Sets the member, before {@link #begin}. */
  void host(Member member) {
    this.member = member;
  }

  /** Starts the member on this context. */
  public void begin(Context context, Outbound outbound, Runnable onFailure) {
    this.context = context;
    this.outbound = outbound;
    this.onFailure = onFailure;
    enter(member().epoch());
    timer = context.owner().setPeriodic(TICK_MILLIS, ignored -> tick());
    // The store may have reported, or a caller may have requested something, before the context
    // existed.
    wake();
  }

  /** Returns the identity of the group's history; empty while no group is known. Any thread. */
  public String identity() {
    return identity;
  }

  private void tick() {
    turn(living -> living.tick(now(), System.currentTimeMillis()));
    wanting.removeIf(Wanting::isOver);
  }

  /**
   * Takes a snapshot soon; called on the member's context, where the callback runs as well.
   *
   * @param callback receives the slot of a snapshot that contains everything applied so far (0 for
   *     an empty state, which needs no snapshot), or -1 if the member stops earlier
   */
  public void snapshot(LongConsumer callback) {
    turn(
        living -> {
          wanting.add(new Wanting(living, living.replica().applied(), callback));
          living.wantSnapshot();
        });
  }

  /** A caller that waits for a snapshot of at least this slot. */
  private record Wanting(Member member, long slot, LongConsumer callback) {
    boolean isOver() {
      Snapshot newest = member.snapshot();
      long reached = newest == null ? 0 : newest.slot();
      if (reached < slot) {
        return false;
      }
      callback.accept(reached);
      return true;
    }
  }

  /** Runs the action on the member's context, soon; may be called from any thread. */
  public void execute(Runnable action) {
    wanted.add(action);
    wake();
  }

  private void wake() {
    Context target = context;
    if (target != null && coming.compareAndSet(false, true)) {
      target.runOnContext(ignored -> doWanted());
    }
  }

  /** Does what was wanted when this began; what is wanted meanwhile has a later turn. */
  private void doWanted() {
    coming.set(false);
    List<Runnable> present = new ArrayList<>();
    Runnable next = wanted.poll();
    while (next != null) {
      present.add(next);
      next = present.size() < MAX_WANTED ? wanted.poll() : null;
    }
    if (!wanted.isEmpty()) {
      wake();
    }
    present.forEach(Runnable::run);
  }

  /** Handles messages of another member. */
  void receive(FrameHeader frameHeader, List<Message> messages) {
    String from = frameHeader.member();
    turn(
        living -> {
          // Leases require a clock reading after the arrival of the messages, however long this
          // thread was paused.
          living.time(now(), System.currentTimeMillis());
          if (!living.acceptsSender(from, frameHeader.incarnation(), frameHeader.epoch())) {
            for (Message message : messages) {
              living.receiveUnverified(from, frameHeader.incarnation(), message);
            }
            return;
          }
          boolean member = living.configurations().isMember(from);
          for (Message message : messages) {
            if (message instanceof Message.Accept && store().pendingBytes() > MAX_PENDING_BYTES) {
              droppedForDisk++;
              continue;
            }
            if (!member && !living.admits(from, message)) {
              notAdmitted++;
              warn("{} is not in the group, so some of its messages are ignored", from);
              continue;
            }
            if (message instanceof Message.HeartbeatAck ack) {
              heartbeatRoundTrips.answered(from, ack);
            }
            living.receive(from, message);
          }
        });
  }

  /** Logs a fault of another process, at most once a minute. */
  private void warn(String text, Object... parts) {
    long now = System.nanoTime();
    if (now - warnAgainAt >= 0) {
      warnAgainAt = now + WARN_NANOS;
      LOG.warn(text, parts);
    }
  }

  @Override
  public void refused(String from, ExclusionReason why, List<String> differences) {
    if (why == ExclusionReason.ANOTHER_BIRTH) {
      strangerAt = System.nanoTime();
      stranger =
          String.format(
              Locale.ROOT,
              "a process under the name %s is refused: %s. %s",
              from,
              why.words(),
              differences.isEmpty()
                  ? "Its options are the same"
                  : "The options differ: " + String.join("; ", differences));
    }
    warn(
        "Refused the messages of a process under the name {}: {}{}",
        from,
        why.words(),
        differences.isEmpty() ? "" : ". The options differ: " + String.join("; ", differences));
  }

  /**
   * Returns a description of the process of a separately founded group that was refused lately;
   * null if there was none for some seconds.
   */
  public @Nullable String stranger() {
    return System.nanoTime() - strangerAt < STRANGER_NANOS ? stranger : null;
  }

  @Override
  public void unfounded(String other, List<String> differences) {
    unfounded = InitialConfiguration.unfounded(options, other, differences);
  }

  @Override
  public void threw(long slot, RuntimeException thrown) {
    warn(
        "A state machine threw an exception at slot {}, so the command was rejected", slot, thrown);
  }

  @Override
  public void barred(LogRecord.Excluded record) {
    durableSends().excluded(record);
  }

  /** Requests a change of members or quorums; the callback runs on the member's context. */
  public void change(Configuration next, boolean forced, Consumer<Outcome> callback) {
    turn(
        living -> {
          beginTurn(living);
          long number = living.change(next, forced);
          if (number == 0) {
            callback.accept(
                new Outcome.ChangeRefused(
                    Outcome.ChangeRefused.Reason.ANOTHER_PENDING,
                    "another change that member " + self + " was asked for is still in progress"));
          } else {
            changing.put(number, callback);
          }
        });
  }

  /** Submits a command on the member's context; the callback runs there as well. */
  public void submit(byte[] payload, Consumer<Outcome> callback) {
    turn(
        living -> {
          beginTurn(living);
          long sequence = living.submit(payload);
          if (sequence == 0) {
            busy++;
            callback.accept(new Outcome.Busy());
          } else {
            submitted.put(sequence, callback);
          }
        });
  }

  /** Requests a read on the member's context; the callback runs there as well. */
  public void read(ReadLevel level, Consumer<Outcome> callback) {
    turn(
        living -> {
          beginTurn(living);
          long read = living.read(level);
          if (read == 0) {
            callback.accept(new Outcome.Busy());
          } else {
            reading.put(read, callback);
          }
        });
  }

  /**
   * Sets the time for the first request of a turn, from which its time-out counts: after a pause of
   * this thread the last tick is long ago. Later requests of the turn share that reading, and what
   * rests on a lease is answered at the end of the turn, after another reading.
   */
  private void beginTurn(Member living) {
    if (!turnEnds) {
      living.time(now(), System.currentTimeMillis());
    }
  }

  /** Runs a part of a turn on the member; an exception stops the member permanently. */
  public void turn(Consumer<Member> part) {
    Member living = member;
    if (stopped != null || living == null) {
      return;
    }
    try {
      part.accept(living);
    } catch (RuntimeException | Error wrong) {
      fail(reason(wrong), wrong);
      return;
    }
    if (context != null) {
      turnEnds(context);
    }
  }

  private static String reason(Throwable wrong) {
    return wrong instanceof CommandFailed
        ? String.valueOf(wrong.getMessage())
        : "internal invariant violated: " + wrong;
  }

  private void turnEnds(Context target) {
    if (!turnEnds) {
      turnEnds = true;
      target.runOnContext(ignored -> endTurn());
    }
  }

  private void endTurn() {
    turnEnds = false;
    Member living = member;
    if (stopped != null || living == null) {
      return;
    }
    try {
      durableSends().release();
      living.time(now(), System.currentTimeMillis());
      int passes = 0;
      do {
        for (Message message = own.poll(); message != null; message = own.poll()) {
          living.receive(self, message);
        }
        living.flush();
        slotLatencies.flushed(living.proposer());
      } while (!own.isEmpty() && ++passes < MAX_PASSES);
      enter(living.epoch());
      logFounding(living);
      outbound().flush();
      endIfOver();
    } catch (RuntimeException | Error wrong) {
      fail(reason(wrong), wrong);
    }
    Context target = required(context);
    if (!own.isEmpty()) {
      turnEnds(target);
    } else if (living.owesNotice()) {
      NextPass.run(target, () -> turnEnds(target)); // behind the callbacks
    }
  }

  /** Handles the epoch that a joining member learns. */
  private void enter(Epoch entered) {
    if (!epoch.equals(entered)) {
      epoch = entered;
      identity = entered.identity();
      outbound().enter(entered);
    }
  }

  // ---- what the roles say ---------------------------------------------------------------------

  @Override
  public void append(LogRecord record) {
    durableSends().appended(store().append(record));
  }

  @Override
  public void send(String to, Message message) {
    if (message instanceof Message.Heartbeat heartbeat) {
      heartbeatRoundTrips.sent(heartbeat);
    }
    outbound().send(to, message);
  }

  @Override
  public void sendAfter(String to, Message message) {
    durableSends().sendAfter(to, message);
  }

  private void leave(String to, Message message) {
    if (to.equals(self)) {
      own.add(message);
    } else {
      outbound().send(to, message);
    }
  }

  @Override
  public void complete(long sequence, Outcome outcome) {
    Consumer<Outcome> callback = submitted.remove(sequence);
    if (callback != null) {
      callback.accept(outcome);
    }
  }

  @Override
  public void completeChange(long number, Outcome outcome) {
    Consumer<Outcome> callback = changing.remove(number);
    if (callback != null) {
      callback.accept(outcome);
    }
  }

  @Override
  public void left() {
    durableSends().left();
  }

  /** Logs what a founder waits for, when that changes. */
  private void logFounding(Member living) {
    FoundingProgress progress = living.founding();
    if (!Objects.equals(founding, progress)) {
      founding = progress;
      if (progress == null) {
        LOG.info(
            "Member {} belongs to group {}, whose identity is {}",
            self,
            options.getGroup(),
            living.epoch().identity());
      } else {
        LOG.info("Member {} {}", self, progress.words());
      }
    }
  }

  /** Once it is durable that the member has left, or must not take part, it stops. */
  private void endIfOver() {
    if (unfounded != null && stopped == null) {
      fail(String.valueOf(unfounded.getMessage()), unfounded);
    }
    LogRecord.Excluded why = durableSends().excluded();
    if (why != null && member().isClient() && stopped == null) {
      stop(
          String.format(
              Locale.ROOT,
              "the configuration of group %s was forced, which started epoch %s and ended this client: start a new client",
              options.getGroup(),
              why.epoch()));
      onFailure.run();
    } else if (why != null && stopped == null) {
      StorageException barred = InitialConfiguration.excluded(options, why);
      fail(String.valueOf(barred.getMessage()), barred);
    }
    if (durableSends().hasLeft() && stopped == null) {
      LOG.info(
          "Member {} has left its group and stops: the other members hold everything that it held",
          self);
      left = true;
      stop("member " + self + " has left its group");
      onFailure.run();
    }
  }

  @Override
  public void completeReads(long first, long last, Outcome outcome) {
    for (long read = first; read <= last; read++) {
      Consumer<Outcome> callback = reading.remove(read);
      if (callback != null) {
        callback.accept(outcome);
      }
    }
  }

  @Override
  public SnapshotWorker snapshots() {
    return required(snapshots);
  }

  // ---- what the store says, on its own thread -------------------------------------------------

  @Override
  public void durable(long lsn) {
    execute(
        () -> {
          turn(living -> durableSends().release());
          endIfOver();
        });
  }

  @Override
  public void failed(StorageException cause) {
    execute(() -> fail(String.valueOf(cause.getMessage()), cause));
  }

  // ---- endings --------------------------------------------------------------------------------

  /** Returns the reason why the member has stopped; null while it runs. */
  public @Nullable String stopped() {
    return stopped;
  }

  /** Tells whether the member has stopped because it has left its group. */
  public boolean hasLeft() {
    return left;
  }

  /** Returns the failure that stopped the member; null if it runs or has stopped normally. */
  public @Nullable Throwable failure() {
    return failure;
  }

  private void fail(String reason, Throwable cause) {
    if (stopped == null) {
      LOG.error("Member {} has stopped: {}", self, reason, cause);
      failure = cause;
      stop("member " + self + " has stopped: " + reason);
      onFailure.run();
    }
  }

  /**
   * Stops the member; unanswered requests end with an unknown outcome. Called on the member's
   * context.
   */
  public void stop(String reason) {
    if (stopped != null) {
      return;
    }
    stopped = reason;
    owner().cancelTimer(timer);
    List<Consumer<Outcome>> open = submitted.toList();
    List<Consumer<Outcome>> reads = reading.toList();
    open.addAll(changing.values());
    changing.clear();
    submitted.clear();
    reading.clear();
    durableSends().clear();
    own.clear();
    open.forEach(callback -> callback.accept(new Outcome.Unknown()));
    reads.forEach(callback -> callback.accept(new Outcome.NoQuorum()));
    wanting.forEach(waiting -> waiting.callback().accept(-1));
    wanting.clear();
    outbound().flush();
    outbound().close();
  }

  public Vertx owner() {
    return required(context).owner();
  }

  /** Drops what was measured of a process that is gone. */
  void forget(String name) {
    heartbeatRoundTrips.forget(name);
  }

  /** Returns the number of requests that were refused as busy. */
  public long busy() {
    return busy;
  }

  /** Returns the number of proposals that were dropped because the disk was too far behind. */
  public long droppedForDisk() {
    return droppedForDisk;
  }

  /** Returns the number of messages that were dropped because their sender may not send them. */
  public long notAdmitted() {
    return notAdmitted;
  }

  /** Returns the latencies from Accept to chosen of the slots that this member led. */
  public LatencyHistogram rounds() {
    return slotLatencies.latencies();
  }

  /** Returns the measured round-trip times to these members, in milliseconds. */
  public Map<String, Double> roundTrips(List<String> members) {
    return heartbeatRoundTrips.to(members);
  }

  public Member member() {
    return required(member);
  }

  public Store store() {
    return required(store);
  }

  public Outbound outbound() {
    return required(outbound);
  }

  private DurableSends durableSends() {
    return required(durableSends);
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the member has not started");
    }
    return part;
  }
}
