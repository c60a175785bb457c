package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Message;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Arrays;
import java.util.List;

/**
 * Frames as bytes: {@code version · form · group · member · life · epoch · role}, then {@code count
 * · messages} or {@code id · number · count · total · bytes}. Thread-safe.
 *
 * <p>Neither way throws into the event bus, for the reasons given at the package: what could not be
 * encoded is refused when it is measured, by {@link WireFormat#size}, and what cannot be decoded is
 * a {@link Frame.Bad}.
 */
public final class FrameCodec implements MessageCodec<Frame, Frame> {
  /** Short, for it is sent with every frame. */
  static final String NAME = "synod";

  private static final int VERSION = 3;
  private static final int BATCH = 1;
  private static final int CHUNK = 2;
  // The number of a role on the wire is its place here.
  private static final List<Role> ROLES = List.of(Role.ACCEPTOR, Role.PROPOSER, Role.LEARNER);

  private final Names names = new Names();

  /** Makes the event bus know this codec, if it does not yet. */
  public static void register(Vertx vertx) {
    try {
      vertx.eventBus().registerCodec(new FrameCodec());
    } catch (IllegalStateException alreadyRegistered) {
      // By another member in the same Vert.x, which is as well.
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
      throw new IllegalArgumentException("not to be sent: " + frame);
    }
  }

  private static void head(FrameHeader frameHeader, Role role, WireWriter out) {
    out.name(frameHeader.group());
    out.name(frameHeader.member());
    out.life(frameHeader.incarnation());
    out.epoch(frameHeader.epoch());
    out.octet(ROLES.indexOf(role));
  }

  @Override
  public Frame decodeFromWire(int position, Buffer buffer) {
    try {
      // The body is the last part of what the event bus received, so the buffer's end is its end.
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
    Message message = WireFormat.read(in);
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
    // Equal pieces but the last: so total and count say where each piece lies.
    if (number < 0 || number >= count || bytes.length == 0 || total < bytes.length) {
      throw new MalformedFrameException(
          "piece %d of %d, %d bytes of %d".formatted(number, count, bytes.length, total));
    }
    return new Frame.Chunk(frameHeader, role, id, number, count, total, bytes);
  }

  /** One message as bytes, to be cut into chunks. */
  static Buffer encode(Message message, int size) {
    Buffer buffer = Buffer.buffer(size);
    WireFormat.write(message, new WireWriter.Writer(buffer, size));
    return buffer;
  }

  /**
   * The message whose bytes came in chunks.
   *
   * @throws MalformedFrameException if they are none for this role
   */
  static Message decode(Buffer bytes, Role role, Names names) {
    WireReader in = new WireReader(bytes, 0, names);
    Message message = message(in, role);
    in.end();
    return message;
  }

  /** By reference to a member in the same Vert.x: nothing in a frame changes. */
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
