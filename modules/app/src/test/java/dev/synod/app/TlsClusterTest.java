package dev.synod.app;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.app.node.ClusterOptions;
import dev.synod.app.node.Clustering;
import dev.synod.core.ReadLevel;
import dev.synod.data.ReplicatedMap;
import dev.synod.fuzzing.Ports;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.TlsOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose event bus speaks mutual TLS, in one process. */
class TlsClusterTest {
  private static final List<String> MEMBERS = List.of("a", "b", "c");

  @TempDir private static Path directory;
  private static Path ours;
  private static Path foreign;

  private final Map<String, Vertx> nodes = new HashMap<>();

  @BeforeAll
  static void make() throws Exception {
    ours = Certificates.make(directory.resolve("ours"));
    foreign = Certificates.make(directory.resolve("foreign"));
  }

  @AfterEach
  void close() throws Exception {
    for (Vertx node : nodes.values()) {
      await(node.close());
    }
  }

  private static TlsOptions tls(Path from, String member) {
    return new TlsOptions(
        from.resolve(member + ".pem"), from.resolve(member + ".key"), from.resolve("ca.pem"));
  }

  /** Every member has a certificate of ours, but for those given here. */
  private Map<String, Synod> start(Map<String, TlsOptions> others) throws Exception {
    List<Integer> ports = Ports.reserve(MEMBERS.size());
    List<String> addresses = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    Map<String, Future<Vertx>> starting = new HashMap<>();
    for (int i = 0; i < MEMBERS.size(); i++) {
      String member = MEMBERS.get(i);
      TlsOptions tls = others.getOrDefault(member, tls(ours, member));
      starting.put(
          member,
          Clustering.start(new ClusterOptions("tls", "127.0.0.1", ports.get(i), 0, addresses, tls))
              .map(Clustering.Started::vertx));
    }
    Map<String, Synod> members = new HashMap<>();
    for (String member : MEMBERS) {
      Vertx node = await(starting.get(member));
      nodes.put(member, node);
      SynodOptions options =
          new SynodOptions()
              .setMember(member)
              .setMembers(MEMBERS)
              .setDurability(Durability.MEMORY)
              .setRequestTimeout(30_000);
      if (!others.containsKey(member)) {
        options.setFoundWithout(List.copyOf(others.keySet()));
      }
      members.put(member, await(Synod.start(node, options)));
    }
    return members;
  }

  @Test
  void threeNodesDecideOverMutualTls() throws Exception {
    Map<String, Synod> members = start(Map.of());
    for (String member : MEMBERS) {
      await(ReplicatedMap.of(members.get(member), "m", String.class).put(member, "from " + member));
    }
    for (String member : MEMBERS) {
      assertThat(
              await(
                      ReplicatedMap.of(members.get(member), "m", String.class)
                          .get("c", ReadLevel.LINEARIZABLE))
                  .value())
          .isEqualTo("from c");
      await().until(() -> members.get(member).vitals().reachable().size() == 3);
    }
  }

  @Test
  void aNodeWithACertificateOfAnotherAuthorityGetsNowhere() throws Exception {
    // It believes the others. They must believe it neither as who is connected to nor as who
    // connects.
    TlsOptions stranger =
        new TlsOptions(foreign.resolve("c.pem"), foreign.resolve("c.key"), ours.resolve("ca.pem"));
    Map<String, Synod> members = start(Map.of("c", stranger));
    await(ReplicatedMap.of(members.get("a"), "m", String.class).put("k", "v"));
    await(ReplicatedMap.of(members.get("b"), "m", String.class).put("k", "w"));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              Vitals alone = members.get("c").vitals();
              return alone.applied() == 0
                  && alone.known() == 0
                  && !alone.canCommit()
                  && !members.get("a").vitals().reachable().contains("c");
            });
  }

  @Test
  void aClusterWithTlsAndWithoutAnAuthorityIsRefused() {
    JsonObject tls = tls(ours, "a").toJson();
    tls.remove("ca");
    JsonObject cluster = new JsonObject().put("members", List.of("127.0.0.1:5701")).put("tls", tls);
    assertThatThrownBy(() -> ClusterOptions.read(cluster))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tls.ca: is missing");
    assertThat(
            Clustering.halfOpen(
                new ClusterOptions("x", "10.0.0.1", 5701, 0, List.of("10.0.0.1:5701"), null)))
        .hasSize(2)
        .anyMatch(door -> door.contains("event bus is not encrypted"))
        .anyMatch(door -> door.contains("Hazelcast's open edition has no TLS"));
  }
}
