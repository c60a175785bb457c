package dev.synod.fuzzing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reserves TCP ports of the loopback address for processes that must know each other's ports before
 * they start. A server whose port may be unknown until it listens binds port 0 instead.
 *
 * <p>The ports lie below the range from which the kernel takes the local ports of outgoing
 * connections, so that no connection takes a port between its reservation and its use. A JVM
 * reserves ports from blocks that it holds until it ends: it binds the first port of each, so that
 * two JVMs do not reserve the same port. All methods may be called on any thread.
 */
public final class Ports {
  /** Well-known services of a developer's machine listen below this port. */
  private static final int FIRST = 10_000;

  private static final int BLOCK = 100;

  /** Linux states the first and the last local port of outgoing connections in this file. */
  private static final Path KERNEL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  /** The lowest local port that Linux takes by default; other systems take higher ones. */
  private static final int USUAL_END = 32_768;

  private static final List<ServerSocket> BLOCKS = new ArrayList<>();
  private static int next;
  private static int end;

  private Ports() {}

  /**
   * Reserves ports that no socket listens on and that no earlier call in this JVM returned.
   *
   * @throws IllegalStateException if no block of ports is left
   * @throws UncheckedIOException if the machine lets no port be bound
   */
  public static synchronized List<Integer> reserve(int count) {
    List<Integer> ports = new ArrayList<>();
    try {
      while (ports.size() < count) {
        if (next == end) {
          holdNextBlock();
        }
        int port = next++;
        if (isFree(port)) {
          ports.add(port);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return ports;
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket probe = bind(port)) {
      return probe.isBound();
    } catch (BindException inUse) {
      return false;
    }
  }

  private static void holdNextBlock() throws IOException {
    int limit = limit();
    for (int first = FIRST; first + BLOCK <= limit; first += BLOCK) {
      try {
        BLOCKS.add(bind(first));
        next = first + 1;
        end = first + BLOCK;
        return;
      } catch (BindException held) {
        // Another JVM holds this block, or this one used it up.
      }
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT, "every block of %d ports from %d to %d is in use", BLOCK, FIRST, limit));
  }

  /** Returns the first port above those that may be reserved. */
  static int limit() throws IOException {
    if (!Files.exists(KERNEL)) {
      return USUAL_END;
    }
    int lowest = Integer.parseInt(Files.readString(KERNEL).strip().split("\\s+", 2)[0]);
    // Where the kernel takes nearly every port, binding is the only check that is left.
    return lowest < FIRST + BLOCK ? USUAL_END : lowest;
  }

  private static ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
