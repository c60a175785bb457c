package dev.synod.vertx;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.core.ReadLevel;
import dev.synod.storage.config.Durability;
import dev.synod.storage.file.StorageException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever runs under a name that he has no right to is told so, and stops; the group goes on. */
class IdentityTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Synod> members = new LinkedHashMap<>();
  private final List<Synod> others = new ArrayList<>();

  @BeforeEach
  void birth() {
    NAMES.forEach(name -> begin(name, name));
    write("a", "one");
    settled();
  }

  @AfterEach
  void stop() {
    members.values().forEach(member -> await(member.close()));
    others.forEach(member -> await(member.close()));
    await(vertx.close());
  }

  private SynodOptions options(String name, String data) {
    return new SynodOptions()
        .setMember(name)
        .setMembers(NAMES)
        .setMaxClients(2)
        .setDurability(Durability.PAGE_CACHE)
        .setRequestTimeout(5_000)
        .setDataDirectory(directory.resolve(data).toString());
  }

  private Synod start(SynodOptions options) {
    return await(Synod.start(vertx, options, Map.of("ledger", new Ledger())));
  }

  private void begin(String name, String data) {
    members.put(name, start(options(name, data)));
  }

  /** A second one under that name. */
  private Synod beside(String name, String data) {
    Synod other = start(options(name, data));
    others.add(other);
    return other;
  }

  private void end(String name) {
    Synod member = members.remove(name);
    if (member != null) {
      await(member.close());
    }
  }

  private Synod member(String name) {
    Synod member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException(name + " is not up");
    }
    return member;
  }

  private void write(String at, String line) {
    await(member(at).submit("ledger", Buffer.buffer(line)));
  }

  private String read(String at) {
    return await(member(at).query("ledger", Buffer.buffer(), ReadLevel.LINEARIZABLE)).toString();
  }

  /** By now everybody has greeted everybody: each does so twice a second. */
  private void settled() {
    for (String name : NAMES) {
      write(name, name);
    }
    await()
        .pollDelay(1_500, TimeUnit.MILLISECONDS)
        .until(() -> NAMES.stream().allMatch(name -> await(member(name).status()).applied() >= 4));
  }

  private void copy(String from, String to) {
    Path source = directory.resolve(from);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = directory.resolve(to).resolve(source.relativize(file).toString());
        Files.copy(file, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String told(Synod member) {
    try {
      member.ended().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
      throw new AssertionError("it ended in order");
    } catch (ExecutionException why) {
      assertThat(why.getCause())
          .isInstanceOfSatisfying(
              StorageException.class,
              wrong -> assertThat(wrong.kind()).isEqualTo(StorageException.Kind.WRONG_IDENTITY));
      return String.valueOf(why.getCause().getMessage());
    } catch (Exception other) {
      throw new AssertionError(other);
    }
  }

  private void refusedFromNowOn(Synod told, String name, String data) {
    await(told.close());
    assertThatThrownBy(() -> start(options(name, data)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("may not take part");
  }

  private void restart(String name) {
    end(name);
    begin(name, name);
  }

  @Test
  void aMemberWhoseDirectoryIsLostIsToldToBeReplaced_alsoByOthersThatWereRestarted() {
    end("c");
    restart("a");
    restart("b");
    Synod wiped = beside("c", "empty");
    assertThat(told(wiped))
        .startsWith("member c of group default")
        .contains("another data directory under its name", "with a new name");
    refusedFromNowOn(wiped, "c", "empty");
    begin("c", "c");
    write("c", "two");
    assertThat(read("a")).endsWith("two");
  }

  @Test
  void aCopyThatIsStartedBesideItsOriginalIsToldSo_andTheOriginalGoesOn() {
    end("c");
    copy("c", "copy");
    begin("c", "c");
    write("c", "two");
    settled();
    Synod copy = beside("c", "copy");
    assertThat(told(copy)).contains("is a copy", "Delete this copy");
    refusedFromNowOn(copy, "c", "copy");
    write("c", "three");
    assertThat(read("b")).endsWith("three");
  }

  @Test
  void aCopyOfAMemberThatRunsOnIsToldSo() {
    copy("c", "copy");
    assertThat(told(beside("c", "copy"))).contains("is a copy", "still runs");
    write("c", "two");
    assertThat(read("a")).endsWith("two");
  }

  @Test
  void anOldCopyIsToldSo_whenTheOriginalRanSinceAndIsGone() {
    copy("c", "copy");
    restart("c");
    settled();
    restart("c");
    settled();
    end("c");
    restart("a");
    assertThat(told(beside("c", "copy"))).contains("a later start of it", "old copy");
  }

  @Test
  void twoMembersOfOneProcessCannotShareADirectory() {
    assertThatThrownBy(() -> start(options("c", "c")))
        .isInstanceOfSatisfying(
            StorageException.class,
            wrong -> assertThat(wrong.kind()).isEqualTo(StorageException.Kind.LOCKED))
        .hasMessageContainingAll("in use by another running member", "stop that member");
  }

  @Test
  void membersOfTheEpochBeforeAForcedConfigurationAreToldWhenTheyComeBack() {
    NAMES.forEach(this::end);
    assertThat(Synod.forceAlone(options("c", "c"), Map.of("ledger", new Ledger())))
        .contains("The former members [a, b] are fenced off");
    begin("c", "c");
    write("c", "two");
    Synod a = beside("a", "a");
    assertThat(told(a))
        .startsWith("member a of group default")
        .contains("in epoch 1 (forced at c)", "forced without it", "Do not start it again");
    refusedFromNowOn(a, "a", "a");
    write("c", "three");

    SynodOptions joins = options("d", "d").setMembers(List.of("c")).setJoin(true);
    members.put("d", start(joins));
    await(member("c").change(GroupChange.NONE.add("d")));
    restart("c");
    write("d", "four");
    assertThat(read("c")).isEqualTo("one,a,b,c,two,three,four");
    assertThat(told(beside("b", "b"))).contains("forced without it");
  }

  /** It keeps nothing, so it can begin anew; and it must not go on with what is over. */
  @Test
  void aClientOfTheEpochBeforeIsToldToBeginAnew() {
    SynodOptions outside = new SynodOptions().setRequestTimeout(20_000);
    Synod client = await(Synod.client(vertx, outside, Map.of("ledger", new Ledger())));
    NAMES.forEach(this::end);
    Synod.forceAlone(options("c", "c"), Map.of("ledger", new Ledger()));
    begin("c", "c");
    assertThatThrownBy(() -> await(client.ended()))
        .isInstanceOf(SynodException.Closed.class)
        .hasMessageContainingAll("epoch 1 (forced at c)", "start a new client");
    Synod anew = await(Synod.client(vertx, outside, Map.of("ledger", new Ledger())));
    others.add(anew);
    write("c", "two");
    await().until(() -> await(anew.status()).applied() >= await(member("c").status()).applied());
  }
}
