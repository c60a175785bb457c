package dev.synod.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void noPortIsReservedTwice() {
    // More than a block has.
    List<Integer> ports = new ArrayList<>(Ports.reserve(150));
    ports.addAll(Ports.reserve(3));
    assertThat(ports).hasSize(153).doesNotHaveDuplicates();
  }

  @Test
  void noOutgoingConnectionGetsAReservedPort() throws IOException {
    int limit = Ports.limit();
    assertThat(Ports.reserve(10)).allMatch(port -> port < limit);
    try (ServerSocket chosenByTheKernel = new ServerSocket(0)) {
      assertThat(chosenByTheKernel.getLocalPort()).isGreaterThanOrEqualTo(limit);
    }
  }

  @Test
  void aPortThatIsInUseIsNotReserved() throws IOException {
    int last = Ports.reserve(1).get(0);
    List<ServerSocket> taken = new ArrayList<>();
    try {
      for (int port = last + 1; port <= last + 3; port++) {
        taken.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
      }
      assertThat(Ports.reserve(3))
          .doesNotContainAnyElementsOf(taken.stream().map(ServerSocket::getLocalPort).toList());
    } finally {
      for (ServerSocket socket : taken) {
        socket.close();
      }
    }
  }
}
