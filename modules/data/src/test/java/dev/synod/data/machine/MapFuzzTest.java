package dev.synod.data.machine;

import static dev.synod.data.Replicas.command;
import static dev.synod.data.Replicas.part;
import static dev.synod.data.Replicas.removePrefix;
import static dev.synod.data.Replicas.transaction;
import static dev.synod.data.Replicas.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.core.CommandRejected;
import dev.synod.core.Outcome;
import dev.synod.core.StateMachines;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Entry;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.Value;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.replica.Replica;
import dev.synod.data.Replicas;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import dev.synod.quorum.QuorumSystem;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in the log came from any member's client: it is applied alike, or refused alike. */
class MapFuzzTest {
  private static final List<byte[]> COMMANDS =
      List.of(
          command(MapCodec.PUT, "m", "k", 0, "value"),
          command(MapCodec.PUT_IF_ABSENT, "m", "k", 0, "other"),
          command(MapCodec.REPLACE, "m", "k", 0, "third"),
          command(MapCodec.COMPARE_AND_SET, "µ", "k2", 0, "x"),
          command(MapCodec.REMOVE, "m", "k", 0, ""),
          command(MapCodec.REMOVE_VERSION, "m", "k", 3, ""),
          removePrefix("m", "k"),
          removePrefix("µ", ""),
          transaction(
              "m",
              List.of(
                  part(MapCodec.IF_PRESENT, "k", 0, 0, ""),
                  part(MapCodec.IF_VERSION, "k2", 0, 0, ""),
                  part(MapCodec.IF_VALUE, "k", 0, 0, "v")),
              List.of(
                  part(MapCodec.READ, "k", 0, 0, ""),
                  part(MapCodec.PUT, "k", 0, 5, "w"),
                  part(MapCodec.REMOVE, "k2", 0, 0, "")),
              List.of(part(MapCodec.PUT, "k", 0, 0, "x"))));

  /** The first session that is opened at slot 1. */
  private static final long SESSION = 1 << 20;

  private static final Command OPEN =
      new Command(GroupCommand.NO_SESSION, 7, 0, new GroupCommand.OpenSession(1_000).toBytes());

  static Stream<byte[]> values() {
    List<byte[]> values = new ArrayList<>();
    Value.Builder all = new Value.Builder();
    for (int i = 0; i < COMMANDS.size(); i++) {
      Command command = new Command(SESSION, i + 1, i, addressed(COMMANDS.get(i)));
      all.add(command);
      values.add(new Value.Builder().add(command).build(1).block());
    }
    all.add(OPEN);
    for (GroupCommand command :
        List.of(
            new GroupCommand.KeepAlive(SESSION),
            GroupCommand.LeaderBegins.PLAIN,
            new GroupCommand.CloseSession(SESSION))) {
      all.add(new Command(GroupCommand.NO_SESSION, 8, 0, command.toBytes()));
    }
    values.add(all.build(1).block());
    return Seeds.around(values);
  }

  private static byte[] addressed(byte[] command) {
    byte[] bytes = StateMachines.address("map", command.length);
    System.arraycopy(command, 0, bytes, bytes.length - command.length, command.length);
    return bytes;
  }

  @MethodSource("values")
  @FuzzTest
  void aValueIsAppliedAlikeOnAllReplicasOrIsNone(byte[] block) {
    Value value;
    try {
      value = Harmless.read(block.length, () -> Value.of(1, block));
    } catch (IllegalArgumentException none) {
      return; // the acceptor's reader of frames, and that of the log, know it as well
    }
    Applied one = Harmless.read(block.length, () -> new Applied(value));
    Applied other = new Applied(value);
    assertThat(one.told).isEqualTo(other.told);
    assertThat(one.machine.hash()).isEqualTo(other.machine.hash());
    byte[] snapshot = Replicas.snapshot(one.machine);
    MapMachine late = new MapMachine();
    Replicas.restore(late, snapshot);
    assertThat(late.hash()).isEqualTo(one.machine.hash());
    assertThat(Replicas.snapshot(late)).isEqualTo(snapshot);
  }

  private static final Ballot BALLOT = new Ballot(1, "a");

  /** A replica to which one value was applied. */
  private static final class Applied implements Replica.Listener {
    final MapMachine machine = new MapMachine();
    final List<String> told = new ArrayList<>();

    Applied(Value value) {
      Replica replica =
          new Replica(
              new StateMachines(Map.of("map", machine)),
              new Configurations(1, Configuration.first(QuorumSystem.majority(List.of("a")))),
              this);
      replica.apply(new Entry(1, BALLOT, new Value.Builder().add(OPEN).build(1)));
      Replicas.put(machine, 2, "m", "k", "v");
      try {
        replica.apply(new Entry(2, BALLOT, value));
      } catch (StateMachines.MachineMissing named) {
        // A member that has that machine would apply it: this one must not go on.
        told.add(String.valueOf(named.getMessage()));
      }
    }

    @Override
    public void applied(long session, long sequence, Outcome outcome) {
      told.add(session + " " + sequence + " " + outcome.getClass());
      if (outcome instanceof Outcome.Rejected rejected) {
        assertThat(rejected.toString())
            .containsAnyOf(
                "no command or query",
                "start with the name of a state machine",
                "command of the group");
      }
    }

    @Override
    public void opened(long number, long session) {
      told.add("opened " + number + " " + session);
    }

    @Override
    public void heard(long session) {
      told.add("heard " + session);
    }

    @Override
    public void ended(long session) {
      told.add("ended " + session);
    }
  }

  static Stream<byte[]> questions() {
    return Seeds.around(
        List.of(
            unaddressed(MapCodec.get(utf8("m"), utf8("k"))),
            unaddressed(MapCodec.size(utf8("m")))));
  }

  /** As the machine gets it. */
  private static byte[] unaddressed(byte[] question) {
    int address = StateMachines.address(MapMachine.NAME, 0).length;
    return Arrays.copyOfRange(question, address, question.length);
  }

  @MethodSource("questions")
  @FuzzTest
  void aQuestionIsAnsweredOrRefusedAndChangesNothing(byte[] question) {
    MapMachine machine = new MapMachine();
    Replicas.put(machine, 1, "m", "k", "v");
    Replicas.put(machine, 2, "m", "k2", "v");
    byte[] before = Replicas.snapshot(machine);
    try {
      byte[] answer =
          Harmless.read(question.length, () -> machine.query(ByteBuffer.wrap(question)));
      assertThat(answer.length).isGreaterThanOrEqualTo(8);
    } catch (CommandRejected refused) {
      assertThat(refused).hasMessageContaining("no command or query");
    }
    assertThat(Replicas.snapshot(machine)).isEqualTo(before);
  }

  static Stream<byte[]> snapshots() {
    MapMachine machine = new MapMachine();
    List<byte[]> snapshots = new ArrayList<>();
    for (int slot = 1; slot <= 4; slot++) {
      snapshots.add(Replicas.snapshot(machine));
      Replicas.put(machine, slot, slot % 2 == 0 ? "m" : "µ", "key" + slot, "value " + slot);
    }
    snapshots.add(Replicas.snapshot(machine));
    // Found by this test: what is announced was allocated, a name that is no UTF-8 became another.
    byte[] announced = snapshots.get(1).clone();
    ByteBuffer.wrap(announced).putInt(announced.length - 1 - "value 1".length() - 4, 60 << 20);
    snapshots.add(announced);
    byte[] notText = snapshots.get(1).clone();
    notText[20] = -1;
    snapshots.add(notText);
    return Seeds.around(snapshots);
  }

  @MethodSource("snapshots")
  @FuzzTest
  void aSnapshotIsRestoredAndWrittenAgainAsItWasOrRefused(byte[] snapshot) {
    MapMachine machine = new MapMachine();
    ByteArrayInputStream in = new ByteArrayInputStream(snapshot);
    try {
      Harmless.read(
          snapshot.length,
          () -> {
            in.reset();
            machine.restore(new DataInputStream(in));
            return machine;
          });
    } catch (IOException refused) {
      return;
    }
    byte[] rest = in.readAllBytes();
    byte[] read = Arrays.copyOf(snapshot, snapshot.length - rest.length);
    assertThat(Replicas.snapshot(machine)).isEqualTo(read);
  }
}
