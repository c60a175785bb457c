package dev.synod.data.machine;

import static dev.synod.data.Replicas.apply;
import static dev.synod.data.Replicas.command;
import static dev.synod.data.Replicas.part;
import static dev.synod.data.Replicas.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import dev.synod.data.Replicas;
import dev.synod.data.machine.MapCodec.Part;
import dev.synod.data.map.Change;
import dev.synod.data.map.SlotChanges;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private static final Part A_IS_PRESENT = part(MapCodec.IF_PRESENT, "a", 0, 0, "");

  private final MapMachine machine = new MapMachine();
  private long slot;

  private static Part put(String key, String value) {
    return part(MapCodec.PUT, key, 0, 0, value);
  }

  private static Part remove(String key) {
    return part(MapCodec.REMOVE, key, 0, 0, "");
  }

  private static Part get(String key) {
    return part(MapCodec.READ, key, 0, 0, "");
  }

  private List<String> run(List<Part> conditions, List<Part> then, List<Part> otherwise) {
    List<String> shown = shown(then, otherwise, transaction("m", conditions, then, otherwise));
    machine.applied(slot);
    return shown;
  }

  private List<String> shown(List<Part> then, List<Part> otherwise, byte[] command) {
    ByteBuffer result = ByteBuffer.wrap(Replicas.raw(machine, ++slot, command));
    boolean succeeded = result.get() != 0;
    List<String> shown = new ArrayList<>(List.of(succeeded ? "then" : "else"));
    for (Part operation : succeeded ? then : otherwise) {
      byte[] one = new byte[result.getInt()];
      result.get(one);
      ByteBuffer bytes = ByteBuffer.wrap(one);
      if (operation.kind() == MapCodec.READ) {
        String at = "@" + bytes.getLong() + "/" + bytes.getLong();
        shown.add(StandardCharsets.UTF_8.decode(bytes) + at);
      } else {
        boolean done = (bytes.get() & MapCodec.DONE) != 0;
        String version = (done ? "done " : "not done ") + bytes.getLong();
        shown.add(version + " " + StandardCharsets.UTF_8.decode(bytes));
      }
    }
    assertThat(result.hasRemaining()).isFalse();
    return shown;
  }

  @Test
  void allChangesAreOfOneSlotAndAnOperationSeesThoseBeforeIt() {
    Replicas.put(machine, ++slot, "m", "a", "1");
    assertThat(
            run(
                List.of(A_IS_PRESENT),
                List.of(get("a"), put("a", "2"), get("a"), put("b", "3"), remove("c"), get("c")),
                List.of(put("wrong", "branch"))))
        .containsExactly("then", "1@1/1", "done 2 ", "2@2/2", "done 3 ", "not done 0 ", "@0/0");
    assertThat(Replicas.since(machine, "m", 1))
        .containsExactly(
            new SlotChanges(
                2,
                List.of(
                    new Change("a", Buffer.buffer("2"), 2),
                    new Change("b", Buffer.buffer("3"), 3))));
    assertThat(
            run(
                List.of(),
                List.of(get("b"), remove("b"), get("b"), remove("a")),
                List.of(get("a"))))
        .containsExactly("then", "3@3/2", "done 4 3", "@0/0", "done 5 2");
    assertThat(machine.size("m")).isZero();
  }

  @Test
  void theFirstConditionThatDoesNotHoldLeadsToTheOtherBranch() {
    Replicas.put(machine, ++slot, "m", "a", "1");
    Replicas.put(machine, ++slot, "other", "b", "1");
    List<Part> hold =
        List.of(
            A_IS_PRESENT,
            part(MapCodec.IF_VERSION, "a", 1, 0, ""),
            part(MapCodec.IF_VERSION, "b", 0, 0, ""),
            part(MapCodec.IF_VALUE, "a", 0, 0, "1"));
    List<Part> fail =
        List.of(
            part(MapCodec.IF_PRESENT, "b", 0, 0, ""),
            part(MapCodec.IF_VERSION, "a", 0, 0, ""),
            part(MapCodec.IF_VERSION, "a", 2, 0, ""),
            part(MapCodec.IF_VERSION, "b", 1, 0, ""),
            part(MapCodec.IF_VALUE, "a", 0, 0, "12"),
            part(MapCodec.IF_VALUE, "b", 0, 0, ""));
    assertThat(run(hold, List.of(get("a")), List.of())).containsExactly("then", "1@1/1");
    long before = machine.hash();
    for (Part failing : fail) {
      for (List<Part> conditions :
          List.of(
              List.of(failing),
              List.of(failing, hold.get(0)),
              List.of(hold.get(0), hold.get(1), failing))) {
        assertThat(run(conditions, List.of(put("a", "wrong")), List.of(get("a"))))
            .as("%s", failing.kind())
            .containsExactly("else", "1@1/1");
      }
    }
    assertThat(machine.hash()).isEqualTo(before);
    assertThat(run(List.of(fail.get(0)), List.of(), List.of(put("b", "new"))))
        .containsExactly("else", "done 3 ");
    assertThat(machine.get("m", "b").slot()).isEqualTo(slot);
  }

  @Test
  void aPutHasATimeToLiveAndWhatHasEndedIsAbsent() {
    assertThat(
            run(
                List.of(),
                List.of(part(MapCodec.PUT, "a", 0, 10, "1"), put("stays", "2")),
                List.of()))
        .containsExactly("then", "done 1 ", "done 2 ");
    assertThat(machine.nextDeadline(0)).isEqualTo(11);
    int keys = 400;
    for (int i = 0; i < keys; i++) {
      String key = String.format(Locale.ROOT, "k%03d", i);
      apply(machine, 1, command(MapCodec.PUT, "m", key, 0, 10, "v"));
    }
    machine.applied(1);
    slot = 19;
    Replicas.begin(machine, 20);
    String left = "k398";
    assertThat(machine.get("m", left)).as("of the rest").isNotNull();
    byte[] before = Replicas.snapshot(machine);
    assertThat(
            run(
                List.of(part(MapCodec.IF_PRESENT, left, 0, 0, "")),
                List.of(put("wrong", "")),
                List.of(get(left), remove(left))))
        .containsExactly("else", "@0/0", "not done 0 ");
    MapMachine other = new MapMachine();
    Replicas.restore(other, before);
    List<Part> conditions =
        List.of(
            part(MapCodec.IF_VERSION, "k399", 0, 0, ""), part(MapCodec.IF_VERSION, "a", 0, 0, ""));
    byte[] valueOfLeft =
        transaction("m", List.of(part(MapCodec.IF_VALUE, "k399", 0, 0, "v")), List.of(), List.of());
    assertThat(shown(List.of(), List.of(), valueOfLeft)).containsExactly("else");
    assertThat(run(conditions, List.of(put("k399", "new")), List.of()).get(0)).isEqualTo("then");
    Replicas.begin(machine, 40);
    machine.applied(40);
    assertThat(machine.size("m")).isEqualTo(2);
    assertThat(machine.get("m", "k399").value()).isEqualTo(Buffer.buffer("new"));
  }

  @Test
  void aTransactionThatNoReplicaMayApplyIsRejectedBeforeItChangesAnything() {
    Replicas.put(machine, ++slot, "m", "a", "1");
    byte[] before = Replicas.snapshot(machine);
    List<Part> many = Collections.nCopies(MapCodec.MAX_PARTS + 1, get("a"));
    assertRejected(transaction("m", List.of(), many, List.of()), "there are 129 operations");
    assertRejected(transaction("m", List.of(), List.of(), many), "129 else-operations");
    assertRejected(
        transaction("m", Collections.nCopies(129, A_IS_PRESENT), List.of(), List.of()),
        "there are 129 conditions");
    assertRejected(
        transaction("m", List.of(), List.of(put("b", "1"), remove("b")), List.of()),
        "a key is written twice by the operations");
    assertRejected(
        transaction("m", List.of(), List.of(), List.of(put("b", "1"), put("c", ""), put("b", ""))),
        "a key is written twice by the else-operations");
    assertRejected(
        transaction("m", List.of(get("a")), List.of(), List.of()), "none of the conditions has");
    for (byte kind : new byte[] {MapCodec.PUT_IF_ABSENT, MapCodec.IF_PRESENT, MapCodec.TRANSACT}) {
      assertRejected(
          transaction("m", List.of(), List.of(put("b", "1"), part(kind, "a", 0, 0, "")), List.of()),
          "the kind is " + kind + ", which none of the operations has");
    }
    assertRejected(
        transaction("m", List.of(), List.of(put("b", "1"), put("", "1")), List.of()), "is empty");
    assertRejected(
        transaction("m", List.of(part(MapCodec.IF_VERSION, "a", -1, 0, "")), List.of(), List.of()),
        "at least 0");
    assertRejected(
        transaction(
            "m", List.of(), List.of(part(MapCodec.PUT, "b", 0, Long.MAX_VALUE, "")), List.of()),
        "the time to live is");
    byte[] whole = transaction("m", List.of(A_IS_PRESENT), List.of(put("b", "1")), List.of());
    for (int length = 0; length < whole.length; length++) {
      assertRejected(Arrays.copyOf(whole, length), "no command or query");
    }
    assertRejected(Arrays.copyOf(whole, whole.length + 1), "there are 1 trailing bytes");
    byte[] negative = transaction("m", List.of(A_IS_PRESENT), List.of(), List.of());
    negative[1 + 3 + 2] = -1;
    assertRejected(negative, "a part should have");
    Part large =
        new Part(
            MapCodec.PUT,
            Replicas.utf8("b"),
            0,
            0,
            Buffer.buffer(new byte[MapCodec.MAX_TRANSACTION_BYTES]));
    assertRejected(
        transaction("m", List.of(), List.of(large), List.of()),
        "at most " + MapCodec.MAX_TRANSACTION_BYTES + " are allowed");
    assertThat(Replicas.snapshot(machine)).isEqualTo(before);
  }

  private void assertRejected(byte[] command, String why) {
    assertThatThrownBy(() -> Replicas.raw(machine, slot + 1, command))
        .isInstanceOf(CommandRejected.class)
        .hasMessageContaining(why);
  }

  @Test
  void resultsThatAreTooLargeAreRejectedBeforeAnythingChanges() {
    String large = "v".repeat(MapCodec.MAX_TRANSACTION_BYTES / 2);
    Replicas.put(machine, ++slot, "m", "a", large);
    Replicas.put(machine, ++slot, "m", "b", large);
    Replicas.put(machine, ++slot, "m", "c", "v");
    long before = machine.hash();
    for (List<Part> operations :
        List.of(
            List.of(put("d", ""), get("a"), get("b"), get("c")),
            List.of(put("d", ""), get("a"), remove("a"), get("c")),
            List.of(remove("a"), remove("b"), remove("c")))) {
      assertRejected(
          transaction("m", List.of(), operations, List.of()),
          "the results of the transaction have 16777217 bytes");
      assertRejected(
          transaction(
              "m", List.of(part(MapCodec.IF_PRESENT, "x", 0, 0, "")), List.of(), operations),
          "16777217 bytes");
    }
    assertThat(machine.hash()).isEqualTo(before);
    assertThat(run(List.of(), List.of(get("a"), get("b")), List.of())).hasSize(3);
    assertThat(
            run(
                List.of(),
                List.of(remove("a"), get("a"), put("b", "w"), get("b"), get("b"), get("c")),
                List.of()))
        .hasSize(7);
  }
}
