package dev.synod.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Puts a load on something and measures it.
 *
 * <p>In a closed loop an operation begins where the one before it ended, on the same thread, at
 * once: there is no thread beside it that would have to be woken, and nothing is allocated for an
 * operation. Each thread notes what it has seen in a histogram of its own. The thread that calls
 * {@link #run} sleeps meanwhile, or in an open loop sets the pace.
 */
public final class Driver {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final double SOMEWHAT = 0.02;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** An open loop with more under way than this has lost its race; it is not driven further. */
  static final int MOST_UNDER_WAY = 50_000;

  /** Operations that end within their own beginning, before others get a turn. */
  private static final int AT_ONCE = 256;

  private final Operation operation;
  private final Executor starter;
  private final Load load;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger tickets = new AtomicInteger();
  private final List<SingleWriterRecorder> recorders = new CopyOnWriteArrayList<>();
  private final ThreadLocal<SingleWriterRecorder> recorder = ThreadLocal.withInitial(this::record);
  private final List<Ticket> free = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private boolean overrun;
  private long nextDue;

  private Driver(Operation operation, Executor starter, Load load) {
    this.operation = operation;
    this.starter = starter;
    this.load = load;
  }

  /**
   * Runs a load for its time; ends when all that was begun has ended.
   *
   * @param starter runs what begins operations where the measured system wants them begun
   * @throws Overrun if an open load is more than can be done
   * @throws IllegalStateException if an operation fails, or does not end within 30 s
   */
  public static List<Measure> run(Operation operation, Executor starter, Load load, Window window) {
    return new Driver(operation, starter, load).run(window);
  }

  private List<Measure> run(Window window) {
    nextDue = System.nanoTime();
    if (!load.isOpen()) {
      for (int i = 0; i < load.outstanding(); i++) {
        Ticket ticket = new Ticket();
        starter.execute(() -> ticket.start(System.nanoTime()));
      }
    }
    List<Measure> measures = new ArrayList<>();
    try {
      keepUp(window.warmUp());
      taken();
      for (int i = 0; i < window.times(); i++) {
        measures.add(measure(window.measured()));
      }
    } finally {
      stopping = true;
      drain();
    }
    check();
    return measures;
  }

  private Measure measure(double time) {
    long allocated = ResourceUsage.bytes();
    long cpu = ResourceUsage.cpuNanos();
    long began = System.nanoTime();
    keepUp(time);
    Histogram took = taken();
    while (took.getTotalCount() == 0 && System.nanoTime() - began < PATIENCE_NANOS) {
      keepUp(SOMEWHAT); // too short for what is measured: at least one has to end
      took.add(taken());
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    double count = Math.max(1, took.getTotalCount());
    double micros = (ResourceUsage.cpuNanos() - cpu) / 1e3 / count;
    return Measure.of(took, seconds, micros, (ResourceUsage.bytes() - allocated) / count);
  }

  private void drain() {
    long asked = System.nanoTime();
    while (underWay.get() > 0 && failure == null) {
      if (System.nanoTime() - asked > PATIENCE_NANOS) {
        failure = new IllegalStateException(underWay + " have not ended within 30 s");
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private void keepUp(double seconds) {
    long until = System.nanoTime() + (long) (seconds * 1e9);
    for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
      check();
      if (load.isOpen()) {
        beginDue(now);
      }
      long pause = load.isOpen() ? PACE_NANOS : TimeUnit.MILLISECONDS.toNanos(50);
      LockSupport.parkNanos(Math.max(1, Math.min(pause, until - now)));
    }
  }

  private void check() {
    Throwable cause = failure;
    if (cause != null) {
      throw new IllegalStateException("an operation of the load failed: " + cause, cause);
    }
    if (overrun) {
      throw new Overrun(load);
    }
  }

  private void beginDue(long now) {
    long every = TimeUnit.SECONDS.toNanos(1) / load.perSecond();
    if (now < nextDue) {
      return;
    }
    int due = (int) ((now - nextDue) / every) + 1;
    long first = nextDue;
    nextDue += due * every;
    if (underWay.get() + due > MOST_UNDER_WAY) {
      overrun = true;
      return;
    }
    starter.execute(
        () -> {
          for (int i = 0; i < due; i++) {
            takeFree().start(first + i * every);
          }
        });
  }

  private Ticket takeFree() {
    synchronized (free) {
      return free.isEmpty() ? new Ticket() : free.remove(free.size() - 1);
    }
  }

  private SingleWriterRecorder record() {
    SingleWriterRecorder made = new SingleWriterRecorder(LONGEST_NANOS, 3);
    recorders.add(made);
    return made;
  }

  /** What ended since the last time. */
  private Histogram taken() {
    Histogram sum = new Histogram(LONGEST_NANOS, 3);
    recorders.forEach(each -> sum.add(each.getIntervalHistogram()));
    return sum;
  }

  /** An open loop was faster than what it drives. */
  static final class Overrun extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Overrun(Load load) {
      super(
          String.format(
              Locale.ROOT,
              "%,d/s are more than it can do: %,d were under way at once",
              load.perSecond(),
              MOST_UNDER_WAY));
    }
  }

  /** One of the operations under way. */
  private final class Ticket implements Operation.Ticket {
    // An operation may end on another thread, or within its own beginning, before begin returns.
    private static final int BEGINNING = 0;
    private static final int BEGUN = 1;
    private static final int ENDED = 2;

    private final AtomicInteger state = new AtomicInteger();
    private final Operation.Call call;
    private long number;
    private long since;

    Ticket() {
      number = tickets.getAndIncrement();
      call = operation.prepare(this);
    }

    void start(long due) {
      since = due;
      underWay.incrementAndGet();
      loop();
    }

    /** Begins operations until one does not end at once. */
    private void loop() {
      for (int i = 0; i < AT_ONCE; i++) {
        state.setPlain(BEGINNING);
        try {
          call.begin(number);
        } catch (RuntimeException | Error wrong) {
          fail(wrong);
        }
        if (state.compareAndSet(BEGINNING, BEGUN) || !goesOn()) {
          return;
        }
      }
      starter.execute(this::loop);
    }

    @Override
    public void end() {
      long now = System.nanoTime();
      recorder.get().recordValue(Math.max(0, Math.min(now - since, LONGEST_NANOS)));
      since = now; // the next one begins here
      if (!state.compareAndSet(BEGINNING, ENDED) && goesOn()) {
        loop();
      }
    }

    /** Whether another operation follows in this ticket's place, after one has ended. */
    private boolean goesOn() {
      if (!stopping && !load.isOpen()) {
        number += load.outstanding();
        return true;
      }
      if (load.isOpen()) {
        number += MOST_UNDER_WAY;
        synchronized (free) {
          free.add(this);
        }
      }
      underWay.decrementAndGet();
      return false;
    }

    @Override
    public void fail(Throwable cause) {
      failure = cause;
    }
  }
}
