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
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code key<TAB>value}, one at a time. A line ends with LF or CR LF, the last one also
 * with CR or with nothing. The key is UTF-8; the value is all bytes that follow the first TAB. A
 * byte order mark before the first line and blank lines are skipped. Not thread-safe.
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

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

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
   * Returns the next line that is not blank; null after the last.
   *
   * @throws CommandFailure if it is not as it should be, with its number
   */
  public @Nullable Line next() throws IOException {
    for (byte[] content = read(); content != null; content = read()) {
      if (!isBlank(content)) {
        return line(content);
      }
    }
    return null;
  }

  /** Returns the bytes of the next line without its end; null after the last. */
  private byte @Nullable [] read() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    number++;
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (; b >= 0 && b != '\n'; b = in.read()) {
      bytes++;
      line.write(b);
      if (line.size() > MAX_LINE_BYTES) {
        throw wrong(number, "it has more than " + MAX_LINE_BYTES + " bytes");
      }
    }
    bytes++;
    byte[] content = line.toByteArray();
    int length = content.length;
    if (length > 0 && content[length - 1] == '\r') {
      length--;
    }
    if (number == 1) {
      if (b < 0 && contains(content, length, '\r')) {
        throw wrong(number, "lines end with CR alone, not with LF or CR LF");
      }
      if (content.length > 1 && (content[0] & content[1] & 0xff) == 0xfe) {
        throw wrong(number, "the input is UTF-16, not UTF-8");
      }
    }
    int start = number == 1 && isMarked(content) ? BYTE_ORDER_MARK.length : 0;
    return Arrays.copyOfRange(content, start, length);
  }

  private static boolean isMarked(byte[] content) {
    return content.length >= BYTE_ORDER_MARK.length
        && Arrays.equals(content, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
  }

  private static boolean contains(byte[] content, int length, char wanted) {
    for (int i = 0; i < length; i++) {
      if (content[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte[] content) {
    for (byte b : content) {
      if (b != ' ') {
        return false;
      }
    }
    return true;
  }

  private Line line(byte[] content) {
    int tab = 0;
    while (tab < content.length && content[tab] != '\t') {
      tab++;
    }
    if (tab == content.length) {
      throw wrong(number, "there is no TAB in it");
    } else if (tab == 0) {
      throw wrong(number, "the key before its TAB is empty");
    } else if (isMarked(content)) {
      throw wrong(number, "a byte order mark stands before its key");
    }
    int length = content.length - tab - 1;
    return new Line(
        number, key(content, tab), Buffer.buffer(length).appendBytes(content, tab + 1, length));
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
        ExitCode.DATA,
        String.format(Locale.ROOT, "%s: line %d: expected key<TAB>value, but %s", name, line, why));
  }

  /** What a member refused of a line, in words that name the line. */
  CommandFailure refused(Line line, CommandFailure why) {
    return new CommandFailure(
        why.exitCode(),
        String.format(
            Locale.ROOT,
            "%s: line %d: key \"%s\": %s",
            name,
            line.number(),
            shown(line.key()),
            why.message()));
  }

  private static String shown(String key) {
    return key.length() > 60 ? key.substring(0, 60) + "…" : key;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
