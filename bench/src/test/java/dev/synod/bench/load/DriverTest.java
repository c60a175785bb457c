package dev.synod.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriverTest {
  private static final Window SHORT = new Window(0, 0.1, 2);

  private final ExecutorService system = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    system.shutdownNow();
  }

  @Test
  void aClosedLoopNeverHasMoreUnderWayThanAskedFor() {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Operation operation =
        ticket ->
            number -> {
              most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
              system.execute(
                  () -> {
                    underWay.decrementAndGet();
                    ticket.end();
                  });
            };
    List<Measure> measures = Driver.run(operation, Runnable::run, Load.closed(7), SHORT);
    assertThat(measures).hasSize(2).allMatch(measure -> measure.perSecond() > 0);
    assertThat(most.get()).isEqualTo(7);
    assertThat(underWay.get()).isZero();
  }

  @Test
  void anOperationMayEndWithinItsOwnBeginning() {
    Operation operation = ticket -> number -> ticket.end();
    List<Measure> measures = Driver.run(operation, system, Load.closed(3), SHORT);
    assertThat(measures).allMatch(measure -> measure.perSecond() > 0);
  }

  @Test
  void inAnOpenLoopAStallIsFeltByAllThatWereDueMeanwhile() {
    AtomicBoolean stalled = new AtomicBoolean();
    long stall = TimeUnit.MILLISECONDS.toNanos(300);
    Operation operation =
        ticket ->
            number -> {
              // As an event loop stalls on which operations begin: they begin late, and then are
              // quick.
              if (stalled.compareAndSet(false, true)) {
                long until = System.nanoTime() + stall;
                while (System.nanoTime() < until) {
                  LockSupport.parkNanos(until - System.nanoTime());
                }
              }
              ticket.end();
            };
    Window window = new Window(0, 0.6, 1);
    Measure measure = Driver.run(operation, system, Load.open(1_000), window).get(0);
    // A closed loop would have seen one slow operation; half of these were due during the stall.
    assertThat(measure.p90()).isGreaterThan(100_000);
  }

  @Test
  void whatFailsVoidsTheMeasureAndSaysWhy() {
    Operation operation = ticket -> number -> ticket.fail(new IllegalStateException("no disk"));
    assertThatIllegalStateException()
        .isThrownBy(() -> Driver.run(operation, system, Load.closed(1), SHORT))
        .withMessageContaining("no disk");
  }
}
