package dev.synod.core.message;

import dev.synod.core.CommandRejected;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A command to the group itself instead of its state machine: it changes the members or the
 * sessions. In the log it is a {@link Command} of the session {@link #NO_SESSION} with a random
 * sequence number. It may be chosen twice; each kind states why a second copy is harmless.
 */
public sealed interface GroupCommand {
  /** The session of group commands; no client has it. */
  long NO_SESSION = 0;

  /**
   * Replaces a configuration. The command has an effect only if the replaced configuration is the
   * latest one and in use, so that a second copy has none.
   *
   * @param replaces number of the replaced configuration
   * @param next new configuration
   */
  record ChangeConfiguration(long replaces, Configuration next) implements GroupCommand {}

  /**
   * Opens a session, whose id is the position of the command in the log. A second copy opens an
   * unused session, which expires.
   *
   * @param timeout silence in milliseconds of the log's time after which the session expires
   */
  record OpenSession(long timeout) implements GroupCommand {}

  /** Keeps a session alive. A second copy keeps it alive again. */
  record KeepAlive(long session) implements GroupCommand {}

  /** Closes a session. A second copy finds no session. */
  record CloseSession(long session) implements GroupCommand {}

  /**
   * Marks the beginning of a leadership and restarts the timeouts of all sessions, because without
   * a leader no session could be kept alive. A second copy restarts them again.
   *
   * <p>It also names the commands that the leader's state has skipped, so that members which have
   * skipped others stop before they apply anything new. It claims nothing of slots that the leader
   * had not applied: a value of an earlier life of the group may be chosen after the operator's
   * decision.
   *
   * @param applied slot up to which {@code skipped} names every command that the leader's state has
   *     skipped; 0 if the leader has no state
   * @param skipped commands that the leader has skipped or will skip, in rising order
   */
  record LeaderBegins(long applied, List<SkippedCommand> skipped) implements GroupCommand {
    /** The leadership of a member that claims nothing of what was skipped. */
    public static final LeaderBegins PLAIN = new LeaderBegins(0, List.of());

    public LeaderBegins {
      skipped = List.copyOf(skipped);
      if (skipped.size() > SkippedCommand.MAX || applied < 0) {
        throw new IllegalArgumentException(
            "a leader at slot " + applied + " with " + skipped.size() + " skipped commands");
      }
    }
  }

  /** Tells whether the payload is a {@link ChangeConfiguration}. */
  static boolean isChange(byte[] payload) {
    return payload.length > 0 && payload[0] == 1;
  }

  /** Tells whether the payload concerns the session of one client, which need not be a member. */
  static boolean isAboutSession(byte[] payload) {
    return payload.length > 0 && payload[0] >= 2 && payload[0] <= 4;
  }

  /**
   * Tells whether another process may submit the payload. Only the leader itself proposes a {@link
   * LeaderBegins}.
   */
  static boolean maySubmit(byte[] payload) {
    return isChange(payload) || isAboutSession(payload);
  }

  /** Encodes the command as the payload of a {@link Command}. */
  default byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutput out = new DataOutputStream(bytes);
      if (this instanceof ChangeConfiguration change) {
        out.writeByte(1);
        out.writeLong(change.replaces());
        write(change.next(), out);
      } else if (this instanceof OpenSession open) {
        out.writeByte(2);
        out.writeLong(open.timeout());
      } else if (this instanceof KeepAlive alive) {
        out.writeByte(3);
        out.writeLong(alive.session());
      } else if (this instanceof CloseSession close) {
        out.writeByte(4);
        out.writeLong(close.session());
      } else if (this instanceof LeaderBegins begins) {
        out.writeByte(5);
        write(begins, out);
      }
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  /**
   * Decodes what {@link #toBytes} wrote.
   *
   * @throws CommandRejected if the payload is malformed
   */
  static GroupCommand read(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.readByte();
      GroupCommand command =
          switch (kind) {
            case 1 -> new ChangeConfiguration(in.readLong(), readConfiguration(in));
            case 2 -> new OpenSession(in.readLong());
            case 3 -> new KeepAlive(in.readLong());
            case 4 -> new CloseSession(in.readLong());
            case 5 -> readLeaderBegins(in);
            default -> throw new CommandRejected("there is no group command of the kind " + kind);
          };
      if (in.available() > 0) {
        throw new CommandRejected("a group command has trailing bytes");
      }
      return command;
    } catch (IOException | IllegalArgumentException wrong) {
      // Texts of exceptions differ between versions of Java.
      throw new CommandRejected("malformed group command");
    }
  }

  private static void write(LeaderBegins begins, DataOutput out) throws IOException {
    if (!begins.equals(LeaderBegins.PLAIN)) {
      out.writeLong(begins.applied());
      writeSkipped(begins.skipped(), out);
    }
  }

  private static LeaderBegins readLeaderBegins(DataInputStream in) throws IOException {
    return in.available() == 0
        ? LeaderBegins.PLAIN
        : new LeaderBegins(in.readLong(), readSkipped(in));
  }

  /**
   * Writes skipped commands, for the log and for snapshots: {@code number (4) · {slot (8) · index
   * (4)}*}.
   */
  static void writeSkipped(Collection<SkippedCommand> skipped, DataOutput out) throws IOException {
    out.writeInt(skipped.size());
    for (SkippedCommand command : skipped) {
      out.writeLong(command.slot());
      out.writeInt(command.index());
    }
  }

  /** Reads what {@link #writeSkipped} wrote. */
  static List<SkippedCommand> readSkipped(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > SkippedCommand.MAX) {
      throw new IOException(count + " skipped commands");
    }
    List<SkippedCommand> skipped = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      try {
        skipped.add(new SkippedCommand(in.readLong(), in.readInt()));
      } catch (IllegalArgumentException wrong) {
        throw new IOException(wrong);
      }
    }
    return skipped;
  }

  /** Writes a configuration, for the log and for snapshots. */
  static void write(Configuration configuration, DataOutput out) throws IOException {
    out.writeLong(configuration.id());
    write(configuration.learners(), out);
    write(configuration.acceptors(), out);
    write(configuration.proposers(), out);
    write(configuration.witnesses(), out);
    out.writeUTF(configuration.quorums().spec().text());
  }

  /** Encodes a configuration as {@link #write(Configuration, DataOutput)} does. */
  static byte[] toBytes(Configuration configuration) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(configuration, new DataOutputStream(bytes));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  /**
   * Decodes what {@link #toBytes(Configuration)} wrote.
   *
   * @throws IllegalArgumentException if the bytes are malformed
   */
  static Configuration configuration(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Configuration configuration = readConfiguration(in);
      if (in.available() > 0) {
        throw new IllegalArgumentException("a configuration has trailing bytes");
      }
      return configuration;
    } catch (IOException wrong) {
      throw new IllegalArgumentException("a configuration ends early", wrong);
    }
  }

  private static void write(List<String> names, DataOutput out) throws IOException {
    out.writeShort(names.size());
    for (String name : names) {
      out.writeUTF(name);
    }
  }

  /**
   * Reads what {@link #write(Configuration, DataOutput)} wrote. Single copies are not checked
   * again, because the check preceded the write.
   */
  static Configuration readConfiguration(DataInput in) throws IOException {
    long id = in.readLong();
    List<String> learners = readNames(in);
    List<String> acceptors = readNames(in);
    List<String> proposers = readNames(in);
    List<String> witnesses = readNames(in);
    QuorumSpec spec = QuorumSpec.parse(in.readUTF());
    return new Configuration(
        id, learners, QuorumSystem.of(acceptors, spec, true), proposers, witnesses);
  }

  private static List<String> readNames(DataInput in) throws IOException {
    int count = in.readUnsignedShort();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(in.readUTF());
    }
    return names;
  }
}
