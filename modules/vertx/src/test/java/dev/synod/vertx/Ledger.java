package dev.synod.vertx;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A state machine for tests: keeps the lines it is given; refuses the line "no", breaks at "break".
 */
final class Ledger implements StateMachine {
  private final List<String> lines = new ArrayList<>();

  /** To be called on the member's context. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    String line = StandardCharsets.UTF_8.decode(command).toString();
    if (line.equals("no")) {
      throw new CommandRejected("a ledger takes no 'no'");
    }
    if (line.equals("break")) {
      throw new AssertionError("the ledger is torn");
    }
    lines.add(line);
    return Integer.toString(lines.size()).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] query(ByteBuffer question) {
    return String.join(",", lines).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    out.writeInt(lines.size());
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    lines.clear();
    boolean empty = in.readInt() == 0; // no line, which an empty text does not say
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    if (!empty) {
      lines.addAll(List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1)));
    }
  }

  @Override
  public long hash() {
    return lines.hashCode();
  }
}
