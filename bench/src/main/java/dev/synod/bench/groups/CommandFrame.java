package dev.synod.bench.groups;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that travel together, and nothing else: the least a leader can send.
 *
 * @param number counts the frames
 */
record CommandFrame(long number, List<byte[]> commands) {

  /** {@code number · count · (length · bytes) for each}, straight into the wire's buffer. */
  static final class Codec implements MessageCodec<CommandFrame, CommandFrame> {
    static final String NAME = "cmd";

    @Override
    public void encodeToWire(Buffer buffer, CommandFrame frame) {
      buffer.appendLong(frame.number).appendInt(frame.commands.size());
      for (byte[] command : frame.commands) {
        buffer.appendInt(command.length).appendBytes(command);
      }
    }

    @Override
    public CommandFrame decodeFromWire(int position, Buffer buffer) {
      int at = position;
      long number = buffer.getLong(at);
      at += Long.BYTES;
      int count = buffer.getInt(at);
      at += Integer.BYTES;
      List<byte[]> commands = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int length = buffer.getInt(at);
        at += Integer.BYTES;
        commands.add(buffer.getBytes(at, at + length));
        at += length;
      }
      return new CommandFrame(number, commands);
    }

    @Override
    public CommandFrame transform(CommandFrame frame) {
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
}
