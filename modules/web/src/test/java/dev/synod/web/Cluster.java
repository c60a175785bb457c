package dev.synod.web;

import static dev.synod.fuzzing.Await.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.fuzzing.Ports;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * Three members of one group, in one Vert.x, each with its web; each knows the webs of the others.
 */
final class Cluster implements AutoCloseable {
  static final List<String> NAMES = List.of("n1", "n2", "n3");

  final Vertx vertx = Vertx.vertx();
  final List<Synod> members = new ArrayList<>();
  final List<SynodWeb> webs = new ArrayList<>();
  final List<String> urls = new ArrayList<>();
  private final List<Boolean> stopped = new ArrayList<>(List.of(false, false, false));

  Cluster(UnaryOperator<WebOptions> options) {
    List<Integer> ports = Ports.reserve(NAMES.size());
    ports.forEach(port -> urls.add("http://127.0.0.1:" + port + "/"));
    for (int i = 0; i < NAMES.size(); i++) {
      SynodOptions member =
          new SynodOptions()
              .setGroup("demo")
              .setMember(NAMES.get(i))
              .setMembers(NAMES)
              .setDurability(Durability.MEMORY);
      members.add(await(Synod.start(vertx, member)));
      List<String> peers = new ArrayList<>(urls);
      peers.remove(i);
      WebOptions web = options.apply(new WebOptions().setPort(ports.get(i)).setPeers(peers));
      webs.add(await(SynodWeb.create(vertx, members.get(i), web).listen()));
    }
    // A founder that a test stops before leaves a group that is not founded.
    for (Synod member : members) {
      Awaitility.await().until(() -> !await(member.status()).identity().isEmpty());
    }
  }

  ReplicatedMap<Buffer> map(int member, String name) {
    return ReplicatedMap.of(members.get(member), name, Buffer.class);
  }

  /** Stops a node: its web, and the member. */
  void stop(int i) {
    if (!stopped.set(i, true)) {
      await(webs.get(i).close());
      await(members.get(i).close());
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < NAMES.size(); i++) {
      stop(i);
    }
    await(vertx.close());
  }
}
