package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.quorum.QuorumSpec;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupChangeTest {
  private static final List<String> OLD = List.of("a", "b", "c", "d", "e");
  private static final List<String> NEW = List.of("f", "g", "h", "i", "j");

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Synod> members = new LinkedHashMap<>();

  @AfterEach
  void stop() {
    members.values().forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private SynodOptions options(String name) {
    return new SynodOptions()
        .setMember(name)
        .setDurability(Durability.PAGE_CACHE)
        .setRequestTimeout(5_000)
        .setWindow(8)
        .setDataDirectory(directory.resolve(name).toString());
  }

  private Synod start(SynodOptions options) {
    Synod member = await(Synod.start(vertx, options, Map.of("ledger", new Ledger())));
    members.put(member.member(), member);
    return member;
  }

  private void birth(List<String> names) {
    names.forEach(name -> start(options(name).setMembers(names)));
  }

  private Synod join(String name, List<String> contacts) {
    return start(options(name).setMembers(contacts).setJoin(true));
  }

  private Synod member(String name) {
    Synod member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException(name + " is not up");
    }
    return member;
  }

  private static Applied write(Synod at, String line) {
    return await(at.submit("ledger", Buffer.buffer(line)));
  }

  private static String read(Synod at) {
    return await(at.query("ledger", Buffer.buffer(), ReadLevel.LINEARIZABLE)).toString();
  }

  /** Writes at one member after the other, one line after the other, until told to stop. */
  private static final class Writer extends Thread {
    private final List<Synod> at;
    private final AtomicBoolean stopped = new AtomicBoolean();
    final List<Long> micros = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> written = new ArrayList<>();

    Writer(List<Synod> at) {
      super("writer");
      this.at = at;
    }

    @Override
    public void run() {
      for (int i = 0; !stopped.get(); i++) {
        long start = System.nanoTime();
        try {
          write(at.get(i % at.size()), "line" + i);
          written.add("line" + i);
          micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
        } catch (SynodException.Busy busy) {
          // Allowed.
        } catch (RuntimeException | Error failure) {
          failures.add(i + ": " + failure);
        }
      }
    }

    void end() throws InterruptedException {
      stopped.set(true);
      join();
    }

    String latencies() {
      List<Long> sorted = micros.stream().sorted().toList();
      return IntStream.of(50, 99, 100)
          .mapToObj(
              percent ->
                  "p%d %.1f ms"
                      .formatted(
                          percent, sorted.get((sorted.size() - 1) * percent / 100) / 1_000.0))
          .toList()
          .toString();
    }
  }

  @Test
  void fiveAreReplacedByFiveOthersUnderLoad_andThenTheQuorumsChange() throws Exception {
    birth(OLD);
    // The members that stay until the end of their part; each phase writes where it may.
    for (int i = 0; i < OLD.size(); i++) {
      String old = OLD.get(i);
      String other = NEW.get(i);
      List<String> now = new ArrayList<>(NEW.subList(0, i));
      now.addAll(OLD.subList(i, OLD.size()));
      join(other, now);
      List<Synod> stay = now.stream().filter(name -> !name.equals(old)).map(this::member).toList();
      Writer writer = new Writer(stay);
      writer.start();
      Membership changed =
          await(stay.get(i % stay.size()).change(GroupChange.NONE.add(other).remove(old)));
      Synod left = member(old);
      assertThatThrownBy(() -> await(left.ended())).hasMessageContaining("has left its group");
      writer.end();
      System.out.println(old + " replaced by " + other + ": " + writer.latencies());
      assertThat(writer.failures).isEmpty();
      assertThat(writer.written).isNotEmpty();
      assertThat(changed.acceptors()).contains(other);
    }
    List<Synod> all = NEW.stream().map(this::member).toList();
    Writer writer = new Writer(all);
    writer.start();
    await(all.get(0).change(GroupChange.NONE.quorum(new QuorumSpec.Counts(null, 2))));
    QuorumSpec grid = new QuorumSpec.Grid(List.of(List.of("f", "g"), List.of("h", "i", "j")));
    await(all.get(0).change(GroupChange.NONE.quorum(grid)));
    writer.end();
    System.out.println("majority to |P2| = 2 to a grid: " + writer.latencies());
    assertThat(writer.failures).isEmpty();
    for (Synod member : all) {
      await().until(() -> await(member.membership()).summary().startsWith("grid"));
      assertThat(read(member)).endsWith(writer.written.get(writer.written.size() - 1));
    }
    assertThat(await(all.get(0).membership()).acceptors()).containsExactlyInAnyOrderElementsOf(NEW);
    assertThat(await(all.get(0).membership()).left()).containsExactlyElementsOf(OLD);
  }

  @Test
  void whoHasLeftIsNotStartedAgain_andItsNameIsNotUsedAgain() {
    birth(List.of("a", "b", "c"));
    Synod gone = member("c");
    await(member("a").change(GroupChange.NONE.remove("c")));
    assertThatThrownBy(() -> await(gone.ended())).hasMessageContaining("has left its group");
    await(gone.close());
    members.remove("c");
    assertThatThrownBy(() -> start(options("c").setMembers(List.of("a", "b", "c"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("c has left the group default for good");
    assertThatThrownBy(() -> await(member("b").change(GroupChange.NONE.add("c"))))
        .isInstanceOfSatisfying(
            SynodException.ChangeRefused.class,
            refused -> assertThat(refused.reason()).isEqualTo("id-used-before"));
  }

  @Test
  void aChangeThatCannotWorkIsRefusedByName() {
    birth(List.of("a", "b", "c"));
    Synod member = member("a");
    refused(member, GroupChange.NONE.remove("x"), "invalid", "x is no member");
    refused(member, GroupChange.NONE.add("b"), "invalid", "b is a member already");
    refused(
        member,
        GroupChange.NONE.quorum(new QuorumSpec.Counts(1, 1)),
        "invalid",
        "the quorum does not fit these members");
    refused(
        member, GroupChange.NONE.quorum(new QuorumSpec.Counts(3, 1)), "invalid", "allowSingleCopy");
  }

  @Test
  void aMemberThatDoesNotAnswerDoesNotGetASay_unlessForced() {
    birth(List.of("a"));
    Synod member = member("a");
    write(member, "one");
    refused(member, GroupChange.NONE.add("b"), "not-started", "no answer from b");
    await(member.change(GroupChange.NONE.add("b").force()));
    Synod other = join("b", List.of("a"));
    write(other, "two");
    assertThat(read(member)).isEqualTo("one,two");
  }

  @Test
  void aLearnerFollowsWithoutASay_andGetsOne() {
    birth(List.of("a", "b", "c"));
    Synod learner = join("d", List.of("a", "b", "c"));
    Membership with = await(member("a").change(GroupChange.NONE.learn("d")));
    write(learner, "one");
    assertThat(read(learner)).isEqualTo("one");
    await().until(() -> await(learner.membership()).learners().contains("d"));
    assertThat(with.acceptors()).containsExactly("a", "b", "c");
    await(learner.change(GroupChange.NONE.add("d").learn("a")));
    await().until(() -> await(learner.membership()).acceptors().equals(List.of("b", "c", "d")));
    write(member("a"), "two");
    assertThat(read(learner)).isEqualTo("one,two");
  }

  @Test
  void aMemberWhoseGroupIsLostIsForcedToGoOnAlone_andTakesNewOnesIn() {
    birth(List.of("a", "b", "c"));
    write(member("a"), "one");
    write(member("b"), "two");
    await().until(() -> await(member("c").status()).applied() >= 2);
    List.of("a", "b", "c").forEach(name -> await(member(name).close()));
    SynodOptions survivor = options("c").setMembers(List.of("a", "b", "c"));
    assertThat(Synod.forceAlone(survivor, Map.of("ledger", new Ledger())))
        .contains("member c is now the whole group default: configuration 2")
        .contains("The former members [a, b] are fenced off");
    Synod alone = start(survivor);
    write(alone, "three");
    assertThat(await(alone.membership()).left()).containsExactly("a", "b");
    join("d", List.of("c"));
    await(alone.change(GroupChange.NONE.add("d")));
    write(member("d"), "four");
    assertThat(read(alone)).isEqualTo("one,two,three,four");
  }

  private static void refused(Synod member, GroupChange change, String reason, String text) {
    assertThatThrownBy(() -> await(member.change(change)))
        .isInstanceOfSatisfying(
            SynodException.ChangeRefused.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  @Test
  void theLogWinsOverTheOptions() {
    birth(List.of("a", "b", "c"));
    await(member("a").change(GroupChange.NONE.remove("c")));
    write(member("a"), "one");
    List.of("a", "b").forEach(name -> await(member(name).close()));
    Synod a = start(options("a").setMembers(List.of("a", "x", "y")));
    start(options("b").setMembers(List.of("b", "z")));
    write(a, "two");
    assertThat(await(a.membership()).acceptors()).containsExactly("a", "b");
    assertThat(read(member("b"))).isEqualTo("one,two");
  }

  @Test
  void leadershipMovesWhereItIsAskedTo() {
    birth(List.of("a", "b", "c"));
    write(member("a"), "one");
    for (String successor : List.of("c", "b", "a")) {
      await().until(() -> await(member("b").status()).reachable().contains(successor));
      await(member("b").transferLeadership(successor));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> successor.equals(await(member("c").status()).leader()));
    }
    write(member("b"), "two");
    assertThatThrownBy(() -> await(member("a").transferLeadership("x")))
        .isInstanceOf(SynodException.ChangeRefused.class)
        .hasMessageContaining("x is no proposer");
  }

  @Test
  void aNewMemberThatDoesNotRunIsRefused_andTheGroupIsAsItWas() {
    birth(List.of("a", "b", "c"));
    write(member("a"), "one");
    Membership before = await(member("a").membership());
    for (GroupChange change :
        List.of(
            GroupChange.NONE.add("d"),
            GroupChange.NONE.learn("d"),
            GroupChange.NONE.add("d").remove("c"))) {
      assertThatThrownBy(() -> await(member("a").change(change)))
          .isInstanceOf(SynodException.ChangeRefused.class)
          .hasMessageContaining("no answer from d, so the group is not changed");
    }
    assertThat(await(member("a").membership())).isEqualTo(before);
  }

  @Test
  void aNewMemberThatStartsALittleLaterIsAdded() {
    birth(List.of("a", "b", "c"));
    Future<Membership> adding = member("a").change(GroupChange.NONE.add("d"));
    join("d", List.of("a", "b", "c"));

    assertThat(await(adding).acceptors()).contains("d");
  }

  @Test
  void leadershipIsNotHandedToAMemberOutOfReach_andTheLeaderLeadsOn() {
    birth(List.of("a", "b", "c"));
    write(member("a"), "line");
    String leader = String.valueOf(await(member("a").status()).leader());
    String gone = List.of("a", "b", "c").stream().filter(m -> !m.equals(leader)).toList().get(0);
    await().until(() -> await(member(leader).status()).reachable().contains(gone));
    await(member(gone).close());
    await().until(() -> !await(member(leader).status()).reachable().contains(gone));
    Status before = await(member(leader).status());

    assertThatThrownBy(() -> await(member(leader).transferLeadership(gone)))
        .isInstanceOf(SynodException.ChangeRefused.class)
        .hasMessageContaining("member " + gone + " is out of reach and cannot lead");
    assertThat(await(member(leader).status()).ballot()).isEqualTo(before.ballot());
  }

  @Test
  void aSuccessorThatFellSilentAMomentAgoDoesNotCostTheGroupItsLeader() {
    birth(List.of("a", "b", "c"));
    write(member("a"), "line");
    String leader = String.valueOf(await(member("a").status()).leader());
    String gone = List.of("a", "b", "c").stream().filter(m -> !m.equals(leader)).toList().get(0);
    Status before = await(member(leader).status());
    await(member(gone).close());

    assertThatThrownBy(() -> await(member(leader).transferLeadership(gone)))
        .isInstanceOf(SynodException.ChangeRefused.class)
        .hasMessageContaining("member " + gone + " is out of reach and cannot lead");
    assertThat(await(member(leader).status()).ballot()).isEqualTo(before.ballot());
  }

  @Test
  void aChangeOfAConfigurationIsMadeOnce_howeverOftenAndWhereverItIsAskedFor() {
    birth(List.of("a", "b", "c"));
    join("d", List.of("a", "b", "c"));
    write(member("a"), "line"); // the group is founded then, and has a configuration
    long base = await(member("a").membership()).configuration();
    GroupChange change = GroupChange.NONE.add("d").on(base);
    Membership made = await(member("a").change(change));
    assertThat(made.acceptors()).contains("d");
    for (String name : List.of("a", "b", "d")) {
      await().until(() -> await(member(name).membership()).equals(made));
      assertThat(await(member(name).change(change))).isEqualTo(made);
      refused(
          member(name),
          GroupChange.NONE.remove("c").on(base),
          "not-the-latest",
          "the change replaces configuration " + base);
    }
    GroupChange next = GroupChange.NONE.remove("c").on(made.configuration());
    assertThat(await(member("b").change(next)).acceptors())
        .containsExactlyInAnyOrder("a", "b", "d");
  }
}
