package dev.synod.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.StateMachines;
import dev.synod.core.Transcript;
import dev.synod.core.host.DurableSends;
import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Configurations;
import dev.synod.quorum.QuorumSystem;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whole founders with disks, on a network that a test can stop, cut and play back. */
class FoundingTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final Foundation GROUP = group(List.of());

  private static final Configuration FOUR =
      Configuration.first(QuorumSystem.majority(List.of("a", "b", "c", "d")));

  private static Foundation group(List<String> without) {
    return new Foundation(8, Configuration.first(QuorumSystem.majority(NAMES)), without);
  }

  private record Letter(
      String from, Incarnation incarnation, Epoch epoch, String to, Message message) {}

  private final Map<String, Founder> processes = new TreeMap<>();
  private final ArrayDeque<Letter> network = new ArrayDeque<>();
  private final List<Letter> delivered = new ArrayList<>();
  private final Set<String> down = new HashSet<>();
  private Predicate<Message> lost = message -> false;
  private long now = 1;
  private long drawn = 100;

  /** A directory: what is in it outlives the processes. */
  private final class Disk {
    final long store = ++drawn;
    final List<Long> tokens = new ArrayList<>();
    final List<LogRecord> records = new ArrayList<>();

    Recovered open() {
      tokens.add(++drawn);
      LogRecord.Initialized initialized = null;
      RecoveredIdentity past = RecoveredIdentity.NONE;
      for (LogRecord record : records) {
        if (record instanceof LogRecord.Initialized group) {
          initialized = group;
        } else if (record instanceof LogRecord.OfIdentity identity) {
          past = past.after(identity);
        }
      }
      Recovered nothing = Recovered.NOTHING;
      return new Recovered(
          nothing.promised(),
          nothing.campaigned(),
          0,
          0,
          List.of(),
          List.of(),
          initialized,
          /* left= */ false,
          /* longestLease= */ 0,
          List.of(),
          past);
    }
  }

  private final class Founder extends Transcript {
    final String name;
    final Disk disk;
    final List<LogRecord> appended = new ArrayList<>();
    final DurableSends durableSends = new DurableSends(this::durable, this::post);
    final Incarnation incarnation;
    final Member member;
    private long durable;
    boolean forces = true;

    Founder(String name, Disk disk, @Nullable Foundation foundation) {
      this.name = name;
      this.disk = disk;
      Recovered recovered = disk.open();
      IncarnationHistory history =
          new IncarnationHistory(disk.store, disk.tokens.size(), disk.tokens);
      incarnation = history.incarnation();
      LogRecord.Initialized known = recovered.initialized();
      member =
          new Member(
              new Member.Setup(
                  name,
                  known == null
                      ? Configurations.uninitialized()
                      : new Configurations(known.alpha(), known.configuration()),
                  foundation,
                  NAMES,
                  Settings.DEFAULT,
                  recovered,
                  history,
                  new StateMachines(Map.of()),
                  MemberKind.MEMBER,
                  0),
              ++drawn,
              bound -> 0,
              now,
              now,
              this);
      member.start();
      force();
    }

    private long durable() {
      return durable;
    }

    @Override
    public void append(LogRecord record) {
      super.append(record);
      appended.add(record);
      durableSends.appended(appended.size());
    }

    @Override
    public void send(String to, Message message) {
      post(to, message);
    }

    @Override
    public void sendAfter(String to, Message message) {
      durableSends.sendAfter(to, message);
    }

    private void post(String to, Message message) {
      network.add(new Letter(name, incarnation, member.epoch(), to, message));
    }

    void force() {
      if (forces) {
        disk.records.addAll(appended.subList((int) durable, appended.size()));
        durable = appended.size();
        durableSends.release();
      }
    }

    void receive(Letter letter) {
      if (member.acceptsSender(letter.from(), letter.incarnation(), letter.epoch())) {
        member.receive(letter.from(), letter.message());
      } else {
        member.receiveUnverified(letter.from(), letter.incarnation(), letter.message());
      }
      member.flush();
      force();
    }

    @Override
    public SnapshotFiles snapshots() {
      return (SnapshotFiles)
          Proxy.newProxyInstance(
              SnapshotFiles.class.getClassLoader(),
              new Class<?>[] {SnapshotFiles.class},
              (files, method, arguments) -> method.getReturnType() == long.class ? 0L : null);
    }

    boolean isBorn() {
      return member.isInitialized();
    }

    List<String> missing() {
      FoundingProgress progress = member.founding();
      return progress == null ? List.of() : progress.missing();
    }

    boolean said(String line) {
      return lines().stream().anyMatch(each -> each.startsWith(line));
    }
  }

  private Founder start(String name, Disk disk, @Nullable Foundation foundation) {
    Founder process = new Founder(name, disk, foundation);
    processes.put(name, process);
    down.remove(name);
    return process;
  }

  private Founder start(String name) {
    return start(name, new Disk(), GROUP);
  }

  private Founder restart(Founder stopped) {
    return start(stopped.name, stopped.disk, GROUP);
  }

  private void stop(Founder process) {
    processes.remove(process.name);
  }

  private void deliver() {
    for (Letter letter = network.poll(); letter != null; letter = network.poll()) {
      delivered.add(letter);
      Founder receiver = processes.get(letter.to());
      if (receiver != null && !lost.test(letter.message())) {
        receiver.receive(letter);
      }
    }
  }

  private void pass(long millis) {
    for (long end = now + millis; now < end; now += 50) {
      for (Founder process : List.copyOf(processes.values())) {
        process.member.tick(now, now);
        process.member.flush();
        process.force();
      }
      deliver();
    }
  }

  private static void assertOneGroup(Founder... members) {
    for (Founder member : members) {
      assertThat(member.isBorn()).as(member.name).isTrue();
      assertThat(member.member.epoch()).isEqualTo(members[0].member.epoch());
    }
    assertThat(members[0].member.epoch().birth()).isNotZero();
  }

  @Test
  void aGroupIsFoundedOnceAllFoundersRun_andNotBefore() {
    Founder a = start("a");
    Founder b = start("b");
    pass(3_000);
    assertThat(a.isBorn()).isFalse();
    assertThat(b.isBorn()).isFalse();
    assertThat(a.missing()).containsExactly("c");
    assertThat(b.missing()).containsExactly("c");
    Founder c = start("c");
    pass(300);
    assertOneGroup(a, b, c);
    assertThat(c.member.founding()).isNull();
  }

  @Test
  void aGroupOfOneIsFoundedAtItsStart() {
    Foundation alone =
        new Foundation(8, Configuration.first(QuorumSystem.majority(List.of("a"))), List.of());
    assertThat(start("a", new Disk(), alone).isBorn()).isTrue();
  }

  @Test
  void everyMemberRemembersAllFoundersFromTheBirthOn() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    pass(300);
    for (Founder process : List.of(a, b, c)) {
      for (Founder other : List.of(a, b, c)) {
        if (other != process) {
          assertThat(process.disk.records)
              .contains(new LogRecord.Met(other.name, other.incarnation));
        }
      }
    }
  }

  @Test
  void aMajorityWithEmptiedDirectoriesFoundsNothingWhileTheThirdIsDown_andIsRefusedByIt() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    pass(300);
    for (Founder keeper : List.of(a, b, c)) {
      List<Founder> emptied = new ArrayList<>();
      for (Founder each : List.of(a, b, c)) {
        stop(each);
        if (each != keeper) {
          emptied.add(start(each.name));
        }
      }
      // What was sent for the first founding arrives once more.
      network.addAll(delivered.stream().filter(letter -> letter.epoch().isUnborn()).toList());
      pass(5_000);
      assertThat(emptied).noneMatch(Founder::isBorn);
      assertThat(emptied.get(0).missing()).contains(keeper.name);
      Founder back = restart(keeper);
      pass(1_000);
      assertThat(emptied)
          .allMatch(process -> process.said("barred " + ExclusionReason.ANOTHER_STORE));
      assertThat(back.isBorn()).isTrue();
      emptied.forEach(this::stop);
    }
  }

  @Test
  void aGroupWhoseDirectoriesAreAllEmptiedIsFoundedAnewWithAnotherIdentity() {
    Founder before = start("a");
    start("b");
    start("c");
    pass(300);
    processes.clear();
    Founder after = start("a");
    start("b");
    start("c");
    pass(300);
    assertThat(after.isBorn()).isTrue();
    assertThat(after.member.epoch().identity())
        .hasSize(16)
        .isNotEqualTo(before.member.epoch().identity());
  }

  @Test
  void foundersWithDifferentOptionsStop_andNameTheDifference() {
    Founder a = start("a");
    Founder b = start("b", new Disk(), new Foundation(9, GROUP.configuration(), List.of()));
    Foundation five =
        new Foundation(
            8,
            Configuration.first(QuorumSystem.majority(List.of("a", "b", "c", "d", "e"))),
            List.of());
    pass(1_000);
    assertThat(a.said("unfounded b [window: 8 here, 9 there]")).isTrue();
    assertThat(b.said("unfounded a [window: 9 here, 8 there]")).isTrue();
    processes.clear();
    a = start("a");
    Founder d = start("d", new Disk(), five);
    pass(1_000);
    assertThat(d.said("unfounded a [members: [a, b, c, d, e] here, [a, b, c] there]")).isTrue();
    assertThat(a.said("unfounded d [members: [a, b, c] here, [a, b, c, d, e] there]")).isTrue();
    assertThat(a.disk.records).as("it starts again with other options").isEmpty();
  }

  /** A link to a founder that has just started loses the first words. */
  @Test
  void foundersWithDifferentOptionsBothStop_alsoWhenTheFirstWordsAreLost() {
    for (int kept = 0; kept < 8; kept++) {
      processes.clear();
      int[] word = {0};
      int only = kept;
      lost = message -> message instanceof Message.Founding && word[0]++ != only && word[0] < 8;
      Founder a = start("a");
      Founder b = start("b", new Disk(), new Foundation(9, GROUP.configuration(), List.of()));
      pass(2_000);
      assertThat(a.said("unfounded b [window: 8 here, 9 there]")).isTrue();
      assertThat(b.said("unfounded a [window: 9 here, 8 there]")).isTrue();
    }
  }

  /** A difference stops a founder, whatever it hears from others meanwhile. */
  @Test
  void aFounderThatIsAboutToStopFoundsNothing() {
    Founder a = start("a");
    start("b");
    start("c");
    Founder d = start("d", new Disk(), new Foundation(8, FOUR, List.of()));
    a.receive(
        new Letter(
            "d",
            d.incarnation,
            Epoch.UNBORN,
            "a",
            new Message.Founding(d.incarnation, new Foundation(8, FOUR, List.of()), false, 0)));
    pass(2_000);
    assertThat(a.said("unfounded d")).isTrue();
    assertThat(processes.values()).noneMatch(Founder::isBorn);
  }

  @Test
  void aFounderWithOtherOptionsThanAGroupStops_andTheGroupGoesOn() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    pass(300);
    Foundation four =
        new Foundation(8, Configuration.first(QuorumSystem.majority(List.of("a", "d"))), List.of());
    Founder d = start("d", new Disk(), four);
    pass(300);
    assertThat(d.said("unfounded a [members: [a, d] here, [a, b, c] there]")).isTrue();
    assertOneGroup(a, b, c);
    assertThat(a.said("unfounded")).isFalse();
  }

  @Test
  void aCrashBeforeTheBirthIsDurableTellsNobodyOfIt() {
    Founder a = start("a");
    Founder b = start("b");
    a.forces = false; // the pledges arrive, and the records of the founding stay in memory
    Founder c = start("c");
    pass(1_000);
    assertThat(a.isBorn()).isTrue();
    assertThat(b.isBorn()).isFalse();
    assertThat(c.isBorn()).isFalse();
    stop(c);
    Founder again = restart(a);
    assertThat(again.isBorn()).isFalse();
    Founder other = start("c");
    pass(1_000);
    assertOneGroup(again, b, other);
  }

  @Test
  void aFounderWhoseDirectoryIsEmptiedBeforeTheBirthFoundsTheGroupWithItsNewOne() {
    Founder a = start("a");
    Founder b = start("b");
    stop(start("c"));
    pass(100);
    Founder c = start("c");
    pass(300);
    assertOneGroup(a, b, c);
    assertThat(a.disk.records).contains(new LogRecord.Met("c", c.incarnation));
  }

  @Test
  void aPledgeOutlivesARestart_andIsGivenOnce() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    // No founder but the first one hears of the birth.
    lost = message -> message instanceof Message.Welcome;
    pass(300);
    assertThat(a.isBorn()).isTrue();
    assertThat(b.disk.records).containsExactly(new LogRecord.Pledged(a.disk.store));
    Founder again = restart(b);
    stop(a);
    Founder empty = start("a");
    pass(2_000);
    assertThat(List.of(empty, again, c)).noneMatch(Founder::isBorn);
    FoundingProgress progress = again.member.founding();
    assertThat(progress).isNotNull();
    assertThat(progress.lost()).isEqualTo("a");
    assertThat(progress.words()).contains("cannot found the group");
    assertThat(again.disk.records).containsExactly(new LogRecord.Pledged(a.disk.store));
    // The first founder returns with its own directory.
    stop(empty);
    lost = message -> false;
    Founder back = restart(a);
    pass(1_000);
    assertOneGroup(back, again, c);
  }

  /** Seed 3038057867: the other founders had left the group before it heard of the birth. */
  @Test
  void aFounderThatMissedTheBirthIsToldByAMemberThatCameLater() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    lost = message -> message instanceof Message.Welcome;
    pass(300);
    stop(c);
    lost = message -> false;
    pass(1_000);
    Founder d = start("d", new Disk(), null);
    pass(2_000);
    assertOneGroup(a, b, d);
    stop(a);
    stop(b);
    Founder back = restart(c);
    assertThat(back.isBorn()).isFalse();
    pass(3_000);
    assertOneGroup(d, back);
  }

  @Test
  void aFounderTakesNothingFromAGroupOfAnotherFoundation() {
    Foundation alone =
        new Foundation(8, Configuration.first(QuorumSystem.majority(List.of("d"))), List.of());
    Founder other = start("d", new Disk(), alone);
    pass(300);
    assertThat(other.isBorn()).isTrue();
    Founder c = start("c");
    c.receive(new Letter("d", other.incarnation, other.member.epoch(), "c", new Message.Hello()));
    pass(3_000);
    assertThat(c.isBorn()).isFalse();
    assertThat(c.said("unfounded")).isFalse();
    start("a");
    start("b");
    pass(1_000);
    assertThat(c.isBorn()).isTrue();
    assertThat(c.member.epoch()).isNotEqualTo(other.member.epoch());
  }

  @Test
  void anAnswerToAnEarlierProcessUnderTheNameHasNoEffect() {
    Founder a = start("a");
    start("b");
    Founder c = start("c");
    pass(300);
    List<Letter> answers =
        delivered.stream().filter(letter -> letter.message() instanceof Message.Welcome).toList();
    assertThat(answers).isNotEmpty();
    stop(a);
    processes.clear();
    Founder b = start("b");
    Founder other = start("c");
    network.addAll(answers);
    deliver();
    assertThat(b.isBorn()).isFalse();
    assertThat(other.isBorn()).isFalse();
    assertThat(c.isBorn()).isTrue();
  }

  @Test
  void foundersThatAreNamedAreNotWaitedFor_andBelongToTheGroupWhenTheyCome() {
    Foundation withoutA = group(List.of("a"));
    Founder b = start("b", new Disk(), withoutA);
    Founder c = start("c", new Disk(), withoutA);
    pass(300);
    assertOneGroup(b, c);
    Founder a = start("a", new Disk(), withoutA);
    pass(300);
    assertOneGroup(a, b, c);
    stop(a);
    Founder emptied = start("a");
    pass(300);
    assertThat(emptied.said("barred " + ExclusionReason.ANOTHER_STORE)).isTrue();
  }

  @Test
  void foundersThatDisagreeOnWhomToWaitForStop() {
    Founder b = start("b", new Disk(), group(List.of("a")));
    Founder c = start("c");
    pass(1_000);
    assertThat(b.said("unfounded c [foundWithout: [a] here, [] there]")).isTrue();
    assertThat(c.said("unfounded b [foundWithout: [] here, [a] there]")).isTrue();
  }

  @Test
  void whateverIsLostNowAndThen_theGroupIsFounded() {
    Random random = new Random(1);
    lost = message -> random.nextInt(3) > 0;
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    pass(10_000);
    assertOneGroup(a, b, c);
  }

  @Test
  void noFounderPromisesOrAcceptsBeforeItsBirthIsDurable() {
    Founder a = start("a");
    Founder b = start("b");
    Founder c = start("c");
    lost = message -> message instanceof Message.Welcome;
    pass(5_000);
    assertThat(a.isBorn()).isTrue();
    for (Founder unborn : List.of(b, c)) {
      assertThat(unborn.disk.records).noneMatch(LogRecord.Promised.class::isInstance);
    }
    lost = message -> false;
    pass(5_000);
    for (Founder born : List.of(a, b, c)) {
      int birth = indexOf(born, LogRecord.Initialized.class);
      int promise = indexOf(born, LogRecord.Promised.class);
      assertThat(birth).as(born.name).isBetween(0, promise - 1);
    }
  }

  private static int indexOf(Founder process, Class<? extends LogRecord> kind) {
    return process.disk.records.stream().map(kind::isInstance).toList().indexOf(true);
  }

  @Test
  void theIdentityChangesWithAForcedConfiguration() {
    Founder a = start("a");
    start("b");
    start("c");
    pass(300);
    Epoch born = a.member.epoch();
    assertThat(born.forcedBy("a").identity()).isNotEqualTo(born.identity());
    assertThat(born.forcedBy("a").identity()).isNotEqualTo(born.forcedBy("b").identity());
  }
}
