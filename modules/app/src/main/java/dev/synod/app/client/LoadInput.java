package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code key<TAB>value}, one at a time. A line ends with LF or CR LF; the key is UTF-8,
 * the value is whatever bytes follow the first TAB. Not thread-safe.
 */
public final class LoadInput implements Closeable {
  /** More than any group takes: beyond it something is not a line. */
  private static final int MAX_LINE_BYTES = 16 << 20;

  /**
   * A line.
   *
   * @param number the first is 1
   */
  public record Line(long number, String key, Buffer value) {}

  private final String name;
  private final InputStream in;
  private long number;
  private long bytes;

  /**
   * @param name for messages
   */
  public LoadInput(String name, InputStream in) {
    this.name = name;
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** How far it has read. */
  long bytes() {
    return bytes;
  }

  /**
   * The next line, null after the last.
   *
   * @throws CommandFailure if it is not as it should be, with its number
   */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int b = in.read();
    if (b < 0) {
      return null;
    }
    number++;
    int tab = -1;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      bytes++;
      if (b == '\t' && tab < 0) {
        tab = line.size();
      }
      line.write(b);
      if (line.size() > MAX_LINE_BYTES) {
        throw wrong(number, "it has more than " + MAX_LINE_BYTES + " bytes");
      }
    }
    bytes++;
    byte[] content = line.toByteArray();
    int length = content.length;
    if (b == '\n' && length > 0 && content[length - 1] == '\r') {
      length--;
    }
    if (tab < 0) {
      throw wrong(number, "there is no TAB in it");
    } else if (tab == 0) {
      throw wrong(number, "the key before its TAB is empty");
    }
    return new Line(
        number,
        key(content, tab),
        Buffer.buffer(length - tab - 1).appendBytes(content, tab + 1, length - tab - 1));
  }

  private String key(byte[] content, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content, 0, length))
          .toString();
    } catch (CharacterCodingException notText) {
      throw wrong(number, "the key before its TAB is not UTF-8");
    }
  }

  private CommandFailure wrong(long line, String why) {
    return new CommandFailure(
        ExitCode.DATA, "%s: line %d: expected key<TAB>value, but %s".formatted(name, line, why));
  }

  /** What a member refused of a line, in words that name the line. */
  CommandFailure refused(Line line, CommandFailure why) {
    return new CommandFailure(
        why.exitCode(),
        "%s: line %d: key \"%s\": %s"
            .formatted(name, line.number(), shown(line.key()), why.message()));
  }

  private static String shown(String key) {
    return key.length() > 60 ? key.substring(0, 60) + "…" : key;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
