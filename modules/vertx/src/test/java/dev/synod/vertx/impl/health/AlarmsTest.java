package dev.synod.vertx.impl.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.vertx.Alarm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(500);

  private final Alarms alarms = new Alarms("a");
  private long now = 1;

  /** A look every half second, at which these are so; what is told after each. */
  private List<List<String>> looks(int count, String... codes) {
    List<List<String>> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      now += STEP;
      told.add(
          alarms
              .look(
                  Stream.of(codes).map(code -> new Alarms.Finding(code, "it is " + code)).toList(),
                  now,
                  Instant.ofEpochSecond(0, now))
              .stream()
              .map(Alarm::code)
              .toList());
    }
    return told;
  }

  @Test
  void whatLastsAMomentIsNotTold() {
    assertThat(looks(4, "x")).containsOnly(List.of());
    assertThat(looks(1)).containsOnly(List.of());
    assertThat(looks(4, "x")).as("its time began anew").containsOnly(List.of());
  }

  @Test
  void whatLastsIsToldOnceAndEndsOnce() {
    looks(5, "x");
    assertThat(alarms.isTold("x")).isTrue();
    assertThat(looks(9)).as("gone, but not for long").containsOnly(List.of("x"));
    assertThat(looks(1)).containsOnly(List.of());
    assertThat(alarms.isTold("x")).isFalse();
  }

  @Test
  void whatComesAndGoesEveryFewSecondsIsOneAlarm() {
    looks(5, "x");
    for (int i = 0; i < 20; i++) {
      assertThat(looks(6)).containsOnly(List.of("x"));
      assertThat(looks(1, "x")).containsOnly(List.of("x"));
    }
  }

  @Test
  void theOldestIsFirstAndSaysSinceWhen() {
    looks(5, "x");
    looks(5, "y", "x");
    now += STEP;
    List<Alarm> told =
        alarms.look(
            List.of(new Alarms.Finding("y", "y now"), new Alarms.Finding("x", "x now")),
            now,
            Instant.EPOCH);
    assertThat(told).extracting(Alarm::code).containsExactly("x", "y");
    assertThat(told).extracting(Alarm::text).containsExactly("x now", "y now");
    assertThat(told.get(0).since()).isEqualTo(Instant.ofEpochSecond(0, 1 + STEP));
  }
}
