package dev.synod.web;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection that sends the bytes of a test as they are: clients mend what they are given. */
final class RawHttp implements AutoCloseable {
  /** An answer; its headers by their names in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawHttp(int port) {
    this(port, 0);
  }

  /** A connection with that receive buffer, in bytes; 0 for the usual one. */
  RawHttp(int port, int buffer) {
    try {
      socket = new Socket();
      if (buffer > 0) {
        socket.setReceiveBufferSize(buffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(10_000);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request on a connection of its own. */
  static Answer ask(int port, String method, String target, String... headers) {
    try (RawHttp connection = new RawHttp(port)) {
      return connection.request(method, target, "", headers);
    }
  }

  /** Sends a request whose Host is the loopback address, and a body if it is not empty. */
  Answer request(String method, String target, String body, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    boolean host = false;
    for (int i = 0; i < headers.length; i += 2) {
      host |= headers[i].equalsIgnoreCase("Host");
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    if (!host) {
      head.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
    }
    if (!body.isEmpty()) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return send(head + "\r\n" + body).answer(method);
  }

  /** Sends characters below 256 as the bytes that they are. */
  RawHttp send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads so many bytes at most; -1 at the end. */
  int read(int most) {
    try {
      return in.read(new byte[most]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the answer of a request with this method. */
  Answer answer(String method) {
    try {
      String status = line();
      if (!status.startsWith("HTTP/1.1 ")) {
        throw new AssertionError("expected an answer, got \"" + status + "\"");
      }
      Map<String, String> headers = new TreeMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (a, b) -> a + ", " + b);
      }
      int code = Integer.parseInt(status.substring(9, 12));
      boolean bodiless = method.equals("HEAD") || code < 200 || code == 204 || code == 304;
      int length = bodiless ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return new Answer(code, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new AssertionError("the connection ended without an answer, after \"" + line + "\"");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  /** Waits until the other side closes the connection; false if it is open after ten seconds. */
  boolean isClosed() {
    try {
      while (in.read() >= 0) {
        // What was on its way.
      }
      return true;
    } catch (SocketException reset) {
      return true;
    } catch (IOException open) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
