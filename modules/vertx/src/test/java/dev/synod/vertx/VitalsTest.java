package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.synod.vertx.metrics.SynodMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members say of themselves, with real logs. */
class VitalsTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static String leader(Group group) {
    String any = group.members.keySet().iterator().next();
    return String.valueOf(await().until(() -> group.status(any).leader(), Objects::nonNull));
  }

  @Test
  void roundsAndForcesAreMeasuredAndBound() {
    try (Group group = Group.local(vertx, directory, new SynodOptions(), "a", "b", "c").start()) {
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        writes.add(group.write(NAMES.get(i % 3), "line" + i));
      }
      await(Future.all(writes));
      Synod led = group.member(leader(group));
      await().until(() -> led.vitals().roundTrips().keySet().size() == 2);
      await()
          .untilAsserted(
              () -> {
                Vitals vitals = led.vitals();
                assertThat(vitals.leads()).isTrue();
                assertThat(vitals.caughtUp()).isTrue();
                assertThat(vitals.couldStop()).isTrue();
                assertThat(vitals.lag()).isZero();
                // Each slot has a round, but those that a leader's first turn brought up, and those
                // of a leader before this one.
                assertThat(vitals.round().all().count())
                    .isBetween(vitals.applied() / 2, vitals.applied());
                assertThat(vitals.round().recent().percentile(0.5))
                    .as("a round has a force in it, and takes no minute")
                    .isBetween(10_000L, 60_000_000_000L);
                assertThat(vitals.alarms()).isEmpty();
              });
      for (String name : NAMES) {
        await().until(() -> group.member(name).vitals().force().all().sum() > 0);
      }
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      new SynodMetrics(led).bindTo(registry);
      assertThat(registry.get("synod.can.elect").gauge().value()).isEqualTo(1);
      await()
          .untilAsserted( // the two readings may be of different looks
              () ->
                  assertThat(registry.get("synod.round").functionTimer().count())
                      .isEqualTo((double) led.vitals().round().all().count()));
      assertThat(registry.get("synod.round").functionTimer().mean(TimeUnit.MILLISECONDS))
          .isPositive();
      assertThat(registry.get("synod.force").functionTimer().count()).isPositive();
      await().until(() -> peers(registry, "synod.reachable").equals(Set.of("a", "b", "c")));
      assertThat(registry.get("synod.reachable").tag("peer", "b").gauge().value()).isEqualTo(1);
      assertThat(registry.getMeters())
          .extracting(Meter::getId)
          .allMatch(id -> "default".equals(id.getTag("group")) && id.getTag("member") != null);
    }
  }

  private static Set<String> peers(SimpleMeterRegistry registry, String meter) {
    return registry.find(meter).gauges().stream()
        .map(gauge -> String.valueOf(gauge.getId().getTag("peer")))
        .collect(Collectors.toSet());
  }

  @Test
  void thePeersOfTheMetersComeAndGoWithTheGroup() {
    try (Group group = Group.local(vertx, directory, new SynodOptions(), "a", "b", "c").start()) {
      await(group.write("a", "line"));
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      Synod led = group.member(leader(group));
      new SynodMetrics(led).bindTo(registry);
      await().until(() -> peers(registry, "synod.reachable").equals(Set.of("a", "b", "c")));
      await().until(() -> peers(registry, "synod.round.trip").size() == 2);
      String leaver = NAMES.stream().filter(name -> !name.equals(led.member())).toList().get(0);

      await(led.change(GroupChange.NONE.remove(leaver)));
      await()
          .untilAsserted(
              () ->
                  assertThat(peers(registry, "synod.reachable")).hasSize(2).doesNotContain(leaver));
      await()
          .untilAsserted(
              () ->
                  assertThat(peers(registry, "synod.round.trip"))
                      .hasSize(1)
                      .doesNotContain(leaver));
    }
  }

  @Test
  void whatAnAddedCheckFindsIsAnAlarmWhileItHolds() {
    try (Group group = Group.local(vertx, null, new SynodOptions(), "a").start()) {
      Synod one = group.member("a");
      AtomicReference<Map<String, String>> found =
          new AtomicReference<>(Map.of("certificate-ends.web", "it ends"));
      one.addHealthCheck(found::get);
      await()
          .untilAsserted(
              () ->
                  assertThat(one.vitals().alarms())
                      .extracting(Alarm::code, Alarm::text)
                      .contains(tuple("certificate-ends.web", "it ends")));
      found.set(Map.of());
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(one.vitals().alarms())
                      .extracting(Alarm::code)
                      .doesNotContain("certificate-ends.web"));
    }
  }

  @Test
  void withASmallPhaseTwoAGroupDecidesOnWhenItCouldNoLongerElectAndSaysSo() {
    SynodOptions options =
        new SynodOptions()
            .setQuorum(new JsonObject("{\"rule\":\"counts\",\"phase2\":2}"))
            .setElectionTimeout(2_000); // a leader that pauses longer could not be replaced
    try (Group group = Group.local(vertx, directory, options, "a", "b", "c", "d", "e").start()) {
      await(group.write("a", "before"));
      await().until(() -> group.member("a").vitals().couldStop());
      List<String> followers =
          group.names.stream().filter(name -> !name.equals(leader(group))).toList();
      group.stop(followers.get(0));
      Synod led = group.member(leader(group));
      await().until(() -> led.vitals().canElect() && !led.vitals().couldStop());
      group.stop(followers.get(1));

      await()
          .untilAsserted(
              () -> {
                assertThat(led.vitals().canCommit()).isTrue();
                assertThat(led.vitals().canElect()).isFalse();
                assertThat(led.vitals().alarms())
                    .extracting(Alarm::code)
                    .contains(
                        "cannot-elect",
                        "unreachable." + followers.get(0),
                        "unreachable." + followers.get(1));
              });
      await(led.submit("ledger", Buffer.buffer("still decided")));
      group.start(followers.get(0));
      await()
          .untilAsserted(
              () ->
                  assertThat(led.vitals().alarms())
                      .extracting(Alarm::code)
                      .containsExactly("unreachable." + followers.get(1)));
    }
  }

  @Test
  void aMemberThatHasStoppedSaysNothingElse() {
    try (Group group = Group.local(vertx, null, new SynodOptions(), "a").start()) {
      Synod one = group.member("a");
      await().until(() -> one.vitals().canCommit() && one.vitals().caughtUp());
      assertThat(one.vitals().couldStop()).as("nobody would be left").isFalse();
      group.stop("a");
      assertThat(one.vitals().canCommit()).isFalse();
      assertThat(one.vitals().alarms()).extracting(Alarm::code).containsExactly("stopped");
    }
  }
}
