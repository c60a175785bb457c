package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SynodTest {
  @TempDir Path directory;

  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private Group inMemory(String... names) {
    return Group.local(vertx, null, new SynodOptions(), names).start();
  }

  private static void hasLeader(Group group, String at) {
    await().until(() -> group.status(at).leader() != null);
  }

  private static String leader(Group group) {
    List<String> leader = new ArrayList<>();
    await()
        .until(
            () -> {
              leader.clear();
              group.members.keySet().stream()
                  .filter(name -> group.status(name).state().equals("leading"))
                  .forEach(leader::add);
              return leader.size() == 1;
            });
    return leader.get(0);
  }

  @Test
  void aThriftyLeaderDoesWithoutAMemberThatItCountedOn_andAllKnowAllInTheEnd() {
    SynodOptions thrifty = new SynodOptions().setThrifty(true);
    try (Group group = Group.local(vertx, null, thrifty, "a", "b", "c", "d", "e").start()) {
      for (int i = 0; i < 30; i++) {
        await(group.write(group.names.get(i % 5), "one" + i));
      }
      String leader = group.status("a").leader();
      for (String gone : List.of("a", "b")) {
        if (!gone.equals(leader)) {
          group.stop(gone);
        }
      }
      for (int i = 0; i < 30; i++) {
        await(group.write(group.names.get(2 + i % 3), "two" + i));
      }
      for (String name : List.of("c", "d", "e")) {
        assertThat(group.read(name, ReadLevel.LINEARIZABLE).split(",")).hasSize(60);
      }
    }
  }

  /** What a caller may do again as soon as it is answered, be it with a result or a failure. */
  @SuppressWarnings("ImmutableEnumChecker") // its functions keep no state
  private enum Again {
    WRITE(synod -> synod.submit("ledger", Buffer.buffer("line"))),
    LOCAL_READ(synod -> query(synod, ReadLevel.LOCAL)),
    READ_NOT_BEFORE_A_SLOT(synod -> query(synod, ReadLevel.notBefore(0))),
    BOUNDED_READ(synod -> query(synod, ReadLevel.bounded(1_000))),
    LEASE_READ(synod -> query(synod, ReadLevel.LEASE)),
    LINEARIZABLE_READ(synod -> query(synod, ReadLevel.LINEARIZABLE)),
    READABLE(synod -> synod.readable(ReadLevel.LEASE)),
    READABLE_HERE(synod -> synod.readable(ReadLevel.LOCAL)),
    SNAPSHOT(Synod::snapshot),
    STATUS(Synod::status),
    MEMBERSHIP(Synod::membership),
    CHANGE_THAT_IS_REFUSED(synod -> synod.change(GroupChange.NONE.remove("nobody"))),
    TRANSFER_THAT_IS_REFUSED(synod -> synod.transferLeadership("nobody"));

    final Function<Synod, Future<?>> call;

    Again(Function<Synod, Future<?>> call) {
      this.call = call;
    }

    static Future<?> query(Synod synod, ReadLevel level) {
      return synod.query("ledger", Buffer.buffer(), level);
    }

    void andAgain(Synod synod, int[] answered, Future<?> until) {
      call.apply(synod)
          .onComplete(
              done -> {
                answered[0]++;
                if (!until.isComplete()) {
                  andAgain(synod, answered, until);
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallerThatCallsAgainInItsCallbackLeavesTheEventLoopToOthers(Again what) {
    for (List<String> names : List.of(List.of("a"), List.of("a", "b", "c"))) {
      SynodOptions leased = new SynodOptions().setLease(300);
      try (Group group = Group.local(vertx, null, leased, names.toArray(new String[0])).start()) {
        Synod leader = group.member(leader(group));
        Context context = leader.context();
        Promise<Void> othersHadTurns = Promise.promise();
        int[] turns = {0};
        int[] answered = {0};
        context.runOnContext(
            ignored -> {
              context.exceptionHandler(othersHadTurns::tryFail); // such as that the stack is full
              vertx.setPeriodic(
                  10,
                  timer -> {
                    if (++turns[0] == 20) {
                      vertx.cancelTimer(timer);
                      othersHadTurns.tryComplete();
                    }
                  });
              // Several at once, so that one pass has always something to complete.
              for (int i = 0; i < 8; i++) {
                what.andAgain(leader, answered, othersHadTurns.future());
              }
            });
        await(othersHadTurns.future());
        assertThat(answered[0]).isPositive();
        assertThat(group.status(leader.member()).state()).as("deposed").isEqualTo("leading");
      }
    }
  }

  @Test
  void whatOneMemberWritesEveryMemberReads() {
    try (Group group = inMemory("a", "b", "c")) {
      Applied first = await(group.write("a", "one"));
      Applied second = await(group.write("b", "two"));
      assertThat(first.result().toString()).isEqualTo("1");
      assertThat(second.slot()).isGreaterThan(first.slot());
      for (String name : group.names) {
        assertThat(group.read(name, ReadLevel.LINEARIZABLE)).isEqualTo("one,two");
      }
      await().until(() -> group.read("c", ReadLevel.LOCAL).equals("one,two"));
    }
  }

  @Test
  void manyCommandsAtOnceAreEachAppliedOnceAndAllInTheSameOrder() {
    try (Group group = inMemory("a", "b", "c")) {
      List<Future<Applied>> writes = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        writes.add(group.write(group.names.get(i % 3), "line" + i));
      }
      await(Future.all(writes));
      String all = group.read("a", ReadLevel.LINEARIZABLE);
      assertThat(all.split(",")).hasSize(5_000).doesNotHaveDuplicates();
      assertThat(group.read("b", ReadLevel.LINEARIZABLE)).isEqualTo(all);
      assertThat(group.read("c", ReadLevel.LINEARIZABLE)).isEqualTo(all);
      assertThat(group.status("b").hash()).isEqualTo(group.status("a").hash());
    }
  }

  private static ReadLevel.Kind used(Group group, String at, ReadLevel level) {
    return await(group.member(at).readable(level)).used();
  }

  @Test
  void aReadSaysWhichPromiseItKeeps() {
    SynodOptions leases = new SynodOptions().setLease(400);
    try (Group group = Group.local(vertx, null, leases, "a", "b", "c").start()) {
      Applied written = await(group.write("a", "one"));
      for (String name : group.names) {
        await().until(() -> used(group, name, ReadLevel.LEASE) == ReadLevel.Kind.LEASE);
        assertThat(group.read(name, ReadLevel.LEASE)).isEqualTo("one");
        assertThat(used(group, name, ReadLevel.LINEARIZABLE))
            .isEqualTo(ReadLevel.Kind.LINEARIZABLE);
        assertThat(used(group, name, ReadLevel.bounded(60_000))).isEqualTo(ReadLevel.Kind.BOUNDED);
        assertThat(await(group.member(name).readable(ReadLevel.notBefore(written.slot()))).slot())
            .isGreaterThanOrEqualTo(written.slot());
        assertThat(used(group, name, ReadLevel.LOCAL)).isEqualTo(ReadLevel.Kind.LOCAL);
      }
      String leader = leader(group);
      group.stop(leader);
      String next = group.names.stream().filter(name -> !name.equals(leader)).findFirst().get();
      await(group.write(next, "two"));
      assertThat(group.read(next, ReadLevel.LEASE)).isEqualTo("one,two");
    }
  }

  @Test
  void withoutLeasesALeaseReadAsksTheLeader() {
    try (Group group = inMemory("a", "b", "c")) {
      await(group.write("a", "one"));
      assertThat(used(group, "b", ReadLevel.LEASE)).isEqualTo(ReadLevel.Kind.LINEARIZABLE);
    }
  }

  @Test
  void aReadForWhichThereIsNoRoomIsRefusedAtOnce_andOneThatComesTooLateEnds() {
    SynodOptions few = new SynodOptions().setMaxReads(1).setRequestTimeout(300);
    try (Group group = Group.local(vertx, null, few, "a").start()) {
      Future<?> waits = group.member("a").readable(ReadLevel.notBefore(1_000_000));
      assertThatThrownBy(() -> await(group.member("a").readable(ReadLevel.LINEARIZABLE)))
          .isInstanceOf(SynodException.Busy.class);
      assertThatThrownBy(() -> await(waits)).isInstanceOf(SynodException.NoQuorum.class);
      await(group.member("a").readable(ReadLevel.LINEARIZABLE));
    }
  }

  @Test
  void aMemberOnItsOwnDecidesToo() {
    try (Group group = inMemory("only")) {
      await(group.write("only", "one"));
      assertThat(group.read("only", ReadLevel.LINEARIZABLE)).isEqualTo("one");
    }
  }

  @Test
  void whatTheStateMachineRefusesFailsAlikeAndTheGroupGoesOn() {
    try (Group group = inMemory("a", "b", "c")) {
      assertThatThrownBy(() -> await(group.write("a", "no")))
          .isInstanceOf(SynodException.Rejected.class)
          .hasMessage("a ledger takes no 'no'");
      await(group.write("b", "yes"));
      assertThat(group.read("c", ReadLevel.LINEARIZABLE)).isEqualTo("yes");
    }
  }

  @Test
  void withoutAQuorumAWriteSaysSo_andWhatWasNeverSentIsNeverDone() {
    SynodOptions options =
        new SynodOptions().setDurability(Durability.PAGE_CACHE).setRequestTimeout(1_500);
    Group group = Group.local(vertx, directory, options, "a", "b", "c").start();
    try (group) {
      await(group.write("c", "first"));
      group.names.forEach(group::stop);
      group.start("a");
      assertThatThrownBy(() -> await(group.write("a", "lost")))
          .isInstanceOf(SynodException.NoQuorum.class);
      assertThatThrownBy(() -> group.read("a", ReadLevel.LINEARIZABLE))
          .isInstanceOf(SynodException.NoQuorum.class);
      assertThat(group.status("a").canCommit()).isFalse();
      assertThat(group.status("a").summary()).contains("cannot decide");
      group.start("b");
      await(group.write("a", "kept"));
      assertThat(group.read("b", ReadLevel.LINEARIZABLE)).isEqualTo("first,kept");
    }
  }

  @Test
  void aLeaderThatClosesHandsOver() {
    try (Group group = inMemory("a", "b", "c")) {
      await(group.write("a", "one"));
      String leader = leader(group);
      group.stop(leader);
      String other = group.members.keySet().iterator().next();
      await(group.write(other, "two"));
      assertThat(group.read(other, ReadLevel.LINEARIZABLE)).isEqualTo("one,two");
    }
  }

  @Test
  void fiveMembersWithSmallPhaseTwoGoOnWithTwo_andSayThatNoLeaderCouldBeElected() {
    SynodOptions options =
        new SynodOptions()
            .setQuorum(new JsonObject().put("rule", "counts").put("phase2", 2))
            .setElectionTimeout(2_000); // a leader that pauses longer could not be replaced
    try (Group group =
        Group.local(
                vertx,
                directory,
                options.setDurability(Durability.PAGE_CACHE),
                "a",
                "b",
                "c",
                "d",
                "e")
            .start()) {
      await(group.write("a", "one"));
      String leader = leader(group);
      List<String> others = new ArrayList<>(group.names);
      others.remove(leader);
      others.subList(0, 3).forEach(group::stop);
      String follower = others.get(3);

      await(group.write(leader, "two"));
      await(group.write(follower, "three"));
      for (String at : List.of(leader, follower)) {
        await().until(() -> !group.status(at).canElect());
        assertThat(group.status(at).canCommit()).isTrue();
        assertThat(group.status(at).summary()).contains("no new leader could be elected");
      }

      group.start(others.get(0));
      await(group.write(others.get(0), "four"));
      await().until(() -> group.status(leader).reachable().size() == 3);
      assertThat(group.status(leader).canElect()).isFalse();

      group.start(others.get(1));
      await().until(() -> group.status(leader).canElect());
      assertThat(group.read(others.get(1), ReadLevel.LINEARIZABLE)).isEqualTo("one,two,three,four");
    }
  }

  @Test
  void aRestartedGroupHasEverythingItHadDecided() {
    SynodOptions options = new SynodOptions();
    try (Group group = Group.local(vertx, directory, options, "a", "b", "c").start()) {
      for (int i = 0; i < 50; i++) {
        await(group.write("a", "line" + i));
      }
    }
    try (Group group = Group.local(vertx, directory, options, "a", "b", "c").start()) {
      hasLeader(group, "b");
      assertThat(group.read("b", ReadLevel.LINEARIZABLE).split(",")).hasSize(50);
      await(group.write("c", "more"));
      assertThat(group.read("a", ReadLevel.LINEARIZABLE)).endsWith("line49,more");
    }
  }

  @Test
  void futuresCompleteOnTheContextOfTheCaller() throws Exception {
    try (Group group = inMemory("a", "b", "c")) {
      Context caller = vertx.getOrCreateContext();
      CompletableFuture<Context> completedOn = new CompletableFuture<>();
      caller.runOnContext(
          ignored ->
              group
                  .write("a", "one")
                  .onComplete(done -> completedOn.complete(Vertx.currentContext())));
      assertThat(completedOn.get(10, TimeUnit.SECONDS)).isSameAs(caller);
    }
  }

  @Test
  void closeHooksRunWhileTheMemberStillTakesPartAndAFaultyOneHoldsNothingUp() {
    try (Group group = inMemory("a", "b", "c")) {
      Synod a = group.member("a");
      List<String> seen = new CopyOnWriteArrayList<>();
      a.addCloseHook(
          () -> {
            throw new IllegalStateException("a hook's own fault");
          });
      a.addCloseHook(() -> Promise.promise().future());
      a.addCloseHook(() -> a.readable(ReadLevel.LINEARIZABLE).onSuccess(at -> seen.add("read")));
      a.ended().onSuccess(ended -> seen.add("ended"));
      await(a.close());
      await().until(() -> seen.size() == 2);
      assertThat(seen).containsExactly("read", "ended");
    }
  }

  @Test
  void aClosedMemberSaysSo() {
    Group group = inMemory("a", "b", "c");
    Synod closed = group.member("a");
    group.close();
    assertThatThrownBy(() -> await(closed.submit("ledger", Buffer.buffer("x"))))
        .isInstanceOf(SynodException.Closed.class);
  }

  @Test
  void aCommandForAStateMachineThatIsNotThereNeverReachesTheLog() {
    try (Group group = inMemory("a", "b", "c")) {
      Synod member = group.member("a");
      assertThatThrownBy(() -> await(member.submit("nowhere", Buffer.buffer("x"))))
          .hasMessage("no state machine is named 'nowhere', only [ledger]");
      assertThatThrownBy(() -> await(member.query("nowhere", Buffer.buffer(), ReadLevel.LOCAL)))
          .hasMessage("no state machine is named 'nowhere', only [ledger]");
      await(group.write("b", "one"));
    }
  }

  @Test
  void aMemberThatComesUponWhatMustNeverBeStopsForGoodAndSaysWhy() {
    try (Group group = inMemory("only")) {
      Future<Void> ended = group.member("only").ended();
      assertThatThrownBy(() -> await(group.write("only", "break")))
          .isInstanceOf(SynodException.OutcomeUnknown.class)
          .hasMessageContaining("the ledger is torn");
      assertThatThrownBy(() -> await(ended))
          .isInstanceOf(SynodException.Closed.class)
          .hasMessageContaining("the ledger is torn");
      assertThat(group.status("only").state()).isEqualTo("stopped");
      assertThatThrownBy(() -> await(group.write("only", "more")))
          .isInstanceOf(SynodException.Closed.class);
    }
  }

  @Test
  void optionsThatCannotBeAreRefusedByName() {
    assertThatThrownBy(
            () ->
                await(
                    Synod.start(
                        vertx, new SynodOptions().setMember("x").setMembers(List.of("a", "b")))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("members");
  }
}
