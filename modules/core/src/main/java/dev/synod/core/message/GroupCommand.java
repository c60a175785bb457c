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
import java.util.List;

/**
 * A command for the group itself rather than for its state machine: it changes who decides, or who
 * may ask. In the log it is a {@link Command} of the session {@link #NO_SESSION}, whose sequence is
 * a number drawn by whoever asked; it may be decided twice, and says itself why that does no harm.
 */
public sealed interface GroupCommand {
  /** The session that group commands are of; no client has it. */
  long NO_SESSION = 0;

  /**
   * The configuration {@code next} takes the place of the one with the id {@code replaces}. Without
   * effect unless that is the latest one, and in use: so a second copy has none.
   */
  record ChangeConfiguration(long replaces, Configuration next) implements GroupCommand {}

  /**
   * A session is born; its id is where this stands in the log. A second copy bears another one,
   * which nobody uses and which expires.
   *
   * @param timeout milliseconds of the log's time without a word from its client, after which it
   *     expires
   */
  record OpenSession(long timeout) implements GroupCommand {}

  /** The client of this session lives. */
  record KeepAlive(long session) implements GroupCommand {}

  /** The client of this session needs it no more. */
  record CloseSession(long session) implements GroupCommand {}

  /**
   * A leader has begun. Nobody could be heard while there was none, so all sessions' time starts
   * over.
   */
  record LeaderBegins() implements GroupCommand {}

  /** Whether this payload is that of a {@link ChangeConfiguration}. */
  static boolean isChange(byte[] payload) {
    return payload.length > 0 && payload[0] == 1;
  }

  /** Whether this payload is about the session of one client, who need not be a member. */
  static boolean isAboutSession(byte[] payload) {
    return payload.length > 0 && payload[0] >= 2 && payload[0] <= 4;
  }

  /** The payload of its command. */
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
      } else {
        out.writeByte(5);
      }
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  /**
   * What {@link #toBytes} wrote.
   *
   * @throws CommandRejected if it is not that
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
            case 5 -> new LeaderBegins();
            default -> throw new CommandRejected("no command of the group has the kind " + kind);
          };
      if (in.available() > 0) {
        throw new CommandRejected("a command of the group ends before its bytes do");
      }
      return command;
    } catch (IOException | IllegalArgumentException wrong) {
      throw new CommandRejected("not a command of the group: " + wrong);
    }
  }

  /** Writes a configuration, as it stands in the log and in snapshots. */
  static void write(Configuration configuration, DataOutput out) throws IOException {
    out.writeLong(configuration.id());
    write(configuration.learners(), out);
    write(configuration.acceptors(), out);
    write(configuration.proposers(), out);
    write(configuration.witnesses(), out);
    out.writeUTF(configuration.quorums().spec().text());
  }

  /** {@link #write(Configuration, DataOutput)} as bytes. */
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
   * What {@link #toBytes(Configuration)} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static Configuration configuration(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Configuration configuration = readConfiguration(in);
      if (in.available() > 0) {
        throw new IllegalArgumentException("a configuration ends before its bytes do");
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
   * Reads what {@link #write(Configuration, DataOutput)} wrote. Whether a single copy is allowed
   * was asked before it was written, and is not asked again.
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
