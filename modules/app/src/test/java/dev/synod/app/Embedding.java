package dev.synod.app;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.MapEntry;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The manual's example of a client, which {@link ReadmeTest} compares with the manual, and runs.
 */
final class Embedding {
  record Order(String item, int count) {}

  private Embedding() {}

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
