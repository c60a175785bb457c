package dev.synod.vertx.impl.frame;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Encodes frames: {@code version · form · group · member · incarnation · epoch · role}, followed by
 * {@code count · messages} or {@code id · number · count · total · bytes}. Thread-safe.
 *
 * <p>The codec never throws into the event bus, for the reasons given at the package: {@link
 * WireFormat#size} refuses messages that cannot be encoded, and bytes that cannot be decoded become
 * a {@link Frame.Bad}.
 */
public final class FrameCodec implements MessageCodec<Frame, Frame> {
  /** Name of the codec, which is short because every frame carries it. */
  public static final String NAME = "synod";

  private static final int VERSION = 4;
  private static final int BATCH = 1;
  private static final int CHUNK = 2;
  // A role is encoded as its index in this list.
  private static final List<Role> ROLES = List.of(Role.ACCEPTOR, Role.PROPOSER, Role.LEARNER);

  private final Names names = new Names();

  /** Registers the codec with the event bus, unless it is registered already. */
  public static void register(Vertx vertx) {
    try {
      vertx.eventBus().registerCodec(new FrameCodec());
    } catch (IllegalStateException alreadyRegistered) {
      // Another member in the same Vert.x instance has registered the codec.
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, Frame frame) {
    WireWriter.Measure measure = new WireWriter.Measure();
    write(frame, measure);
    write(frame, new WireWriter.Writer(buffer, Math.toIntExact(measure.size())));
  }

  private static void write(Frame frame, WireWriter out) {
    out.octet(VERSION);
    if (frame instanceof Frame.Batch batch) {
      out.octet(BATCH);
      head(batch.frameHeader(), batch.role(), out);
      out.integer(batch.messages().size());
      for (Message message : batch.messages()) {
        WireFormat.write(message, out);
      }
    } else if (frame instanceof Frame.Chunk chunk) {
      out.octet(CHUNK);
      head(chunk.frameHeader(), chunk.role(), out);
      out.number(chunk.id());
      out.integer(chunk.number());
      out.integer(chunk.count());
      out.integer(chunk.total());
      out.bytes(chunk.bytes());
    } else {
      throw new IllegalArgumentException("a frame that cannot be sent: " + frame);
    }
  }

  private static void head(FrameHeader frameHeader, Role role, WireWriter out) {
    out.name(frameHeader.group());
    out.name(frameHeader.member());
    out.incarnation(frameHeader.incarnation());
    out.epoch(frameHeader.epoch());
    out.octet(ROLES.indexOf(role));
  }

  @Override
  public Frame decodeFromWire(int position, Buffer buffer) {
    try {
      // The body is the last part of the received message, so it ends with the buffer.
      WireReader in = new WireReader(buffer, position, names);
      Frame frame = read(in);
      in.end();
      return frame;
    } catch (MalformedFrameException e) {
      return new Frame.Bad(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return new Frame.Bad("unforeseen: " + e);
    }
  }

  private static Frame read(WireReader in) {
    int version = in.octet();
    if (version != VERSION) {
      throw new MalformedFrameException("version " + version + ", expected " + VERSION);
    }
    int form = in.octet();
    FrameHeader frameHeader = new FrameHeader(in.name(), in.name(), in.incarnation(), in.epoch());
    int number = in.octet();
    if (number >= ROLES.size()) {
      throw new MalformedFrameException("a role of the unknown number " + number);
    }
    Role role = ROLES.get(number);
    return switch (form) {
      case BATCH -> new Frame.Batch(frameHeader, role, messages(in, role));
      case CHUNK -> chunk(in, frameHeader, role);
      default -> throw new MalformedFrameException("a frame of the unknown form " + form);
    };
  }

  private static List<Message> messages(WireReader in, Role role) {
    Message[] messages = new Message[in.count(WireFormat.MIN_SIZE)];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = message(in, role);
    }
    return Arrays.asList(messages);
  }

  private static Message message(WireReader in, Role role) {
    Message message;
    try {
      message = WireFormat.read(in);
    } catch (IllegalArgumentException wrong) {
      // A message refuses fields that no member sends.
      throw new MalformedFrameException(String.valueOf(wrong.getMessage()));
    }
    if (message.recipient() != role) {
      throw new MalformedFrameException(
          "a " + message.getClass().getSimpleName() + " in a frame for the " + role);
    }
    return message;
  }

  private static Frame chunk(WireReader in, FrameHeader frameHeader, Role role) {
    long id = in.number();
    int number = in.integer();
    int count = in.integer();
    int total = in.integer();
    byte[] bytes = in.bytes();
    // All chunks but the last have the same size, so total and count determine the position of
    // each.
    if (number < 0 || number >= count || bytes.length == 0 || total < bytes.length) {
      throw new MalformedFrameException(
          String.format(
              Locale.ROOT, "chunk %d of %d, %d bytes of %d", number, count, bytes.length, total));
    }
    return new Frame.Chunk(frameHeader, role, id, number, count, total, bytes);
  }

  /** Encodes one message, which is then split into chunks. */
  public static Buffer encode(Message message, int size) {
    Buffer buffer = Buffer.buffer(size);
    WireFormat.write(message, new WireWriter.Writer(buffer, size));
    return buffer;
  }

  /**
   * Decodes a message that arrived in chunks.
   *
   * @throws MalformedFrameException if the bytes are no message for this role
   */
  public static Message decode(Buffer bytes, Role role, Names names) {
    WireReader in = new WireReader(bytes, 0, names);
    Message message = message(in, role);
    in.end();
    return message;
  }

  /** Passes the immutable frame by reference to a member in the same Vert.x instance. */
  @Override
  public Frame transform(Frame frame) {
    return frame;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
