package dev.synod.app.torture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections to one member that hold it up: half of them in the head of a request, half in its
 * body.
 */
final class SlowRequests {
  private static final int CONNECTIONS = 64;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final URI url;
  private final List<Socket> sockets = new ArrayList<>();
  private long drippedAt = System.nanoTime() - PAUSE_NANOS;

  SlowRequests(URI url) {
    this.url = url;
  }

  /** Sends the next byte of each request, if it is time; returns false, for it never ends. */
  boolean drip() {
    if (System.nanoTime() - drippedAt < PAUSE_NANOS) {
      return false;
    }
    drippedAt = System.nanoTime();
    // The member ends slow requests, and new ones take their places.
    sockets.removeIf(socket -> !drips(socket));
    while (sockets.size() < CONNECTIONS) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 200);
        String head = "PUT /api/v1/maps/slow/key HTTP/1.1\r\nHost: " + url.getHost() + "\r\n";
        String rest = sockets.size() % 2 == 0 ? "X-Slow: " : "Content-Length: 1000\r\n\r\n";
        socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
        sockets.add(socket);
      } catch (IOException out) {
        close(socket);
        return false; // the member is down, or has had enough of them
      }
    }
    return false;
  }

  private static boolean drips(Socket socket) {
    try {
      socket.getOutputStream().write('a');
      return true;
    } catch (IOException ended) {
      close(socket);
      return false;
    }
  }

  void close() {
    sockets.forEach(SlowRequests::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It has no other end any more.
    }
  }
}
