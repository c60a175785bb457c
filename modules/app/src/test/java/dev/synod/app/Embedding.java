package dev.synod.app;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The README's example, which {@link ReadmeTest} compares with the README, and runs. */
final class Embedding {
  record Order(String item, int count) {}

  private Embedding() {}

  static Future<@Nullable MapEntry<Order>> run(Vertx vertx, String self, String directory) {
    // README: begin
    SynodOptions options =
        new SynodOptions()
            .setGroup("orders")
            .setMember(self) // "a" on the first node, "b" on the second, ...
            .setMembers(List.of("a", "b", "c"))
            .setDataDirectory(directory);

    return Synod.start(vertx, options)
        .compose(
            synod -> {
              ReplicatedMap<Order> open = ReplicatedMap.of(synod, "open", Order.class);
              return open.put("42", new Order("book", 1))
                  .compose(put -> open.compareAndSet("42", put.version(), new Order("book", 2)))
                  .compose(set -> open.get("42"));
            });
    // README: end
  }

  /** Beside members whose {@code maxClients} lets it in. */
  static Future<MapEntry<Order>> outside(Vertx vertx) {
    // README, client: begin
    return Synod.client(vertx, new SynodOptions().setGroup("orders"))
        .compose(
            synod -> {
              ReplicatedMap<Order> open = ReplicatedMap.of(synod, "open", Order.class);
              return open.put("43", new Order("pen", 1)).compose(put -> open.get("43"));
            });
    // README, client: end
  }

  static JsonObject json(@Nullable MapEntry<Order> entry) {
    return entry == null
        ? new JsonObject()
        : new JsonObject().put("item", entry.value().item()).put("count", entry.value().count());
  }
}
