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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A state machine for tests: keeps the lines it is given; refuses the line "no", breaks at "break".
 * A line such as "300 ms: text" is kept for so much of the log's time.
 */
final class Ledger implements StateMachine {
  private static final Pattern FOR_A_TIME = Pattern.compile("([0-9]+) ms: .*");

  private final List<String> lines = new ArrayList<>();

  /** The ends of the lines, in the same order. */
  private final List<Long> ends = new ArrayList<>();

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
    Matcher limited = FOR_A_TIME.matcher(line);
    lines.add(line);
    ends.add(
        limited.matches() ? context.time() + Long.parseLong(limited.group(1)) : Long.MAX_VALUE);
    return Integer.toString(lines.size()).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long nextDeadline(long after) {
    return ends.stream().filter(end -> end > after).min(Long::compare).orElse(Long.MAX_VALUE);
  }

  @Override
  public void timePassed(Context context) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (ends.get(i) <= context.time()) {
        lines.remove(i);
        ends.remove(i);
      }
    }
  }

  @Override
  public byte[] query(ByteBuffer question) {
    return String.join(",", lines).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    out.writeInt(lines.size());
    for (long end : ends) {
      out.writeLong(end);
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    lines.clear();
    ends.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      ends.add(in.readLong());
    }
    boolean empty = count == 0; // no line, which an empty text does not say
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    if (!empty) {
      lines.addAll(List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1)));
    }
  }

  @Override
  public long hash() {
    return 31L * lines.hashCode() + ends.hashCode();
  }
}
