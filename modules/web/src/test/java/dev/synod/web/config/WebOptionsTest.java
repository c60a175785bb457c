package dev.synod.web.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebOptionsTest {
  @Test
  void jsonGoesBothWays() {
    JsonObject json =
        new JsonObject()
            .put("host", "0.0.0.0")
            .put("port", 8081)
            .put("peers", new JsonArray().add("http://127.0.0.1:8082"))
            .put("token", "t")
            .put("maxRequestsPerSecond", 8)
            .put("maxFramesPerSecond", 9)
            .put("socketBudgetBytes", 2048)
            .put("maxFrameBytes", 4096)
            .put("maxSockets", 7)
            .put("lagWait", 1)
            .put("markInterval", 20)
            .put("idleTimeout", 5000);
    assertThat(new WebOptions(json).validate().toJson().encode()).isEqualTo(json.encode());
    assertThat(new WebOptions().validate().toJson())
        .isEqualTo(new WebOptions(new JsonObject()).toJson());
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    assertThatThrownBy(() -> new WebOptions(new JsonObject().put("port", "x").put("colour", 1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("port: expected a whole number, got \"x\"")
        .hasMessageContaining("colour: is not a field");
    assertThatThrownBy(
            () ->
                new WebOptions()
                    .setPort(70_000)
                    .setHost(" ")
                    .setMaxSockets(0)
                    .setPeers(List.of("http://ok:1", "localhost:8080", "http://a b"))
                    .validate())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("port: expected a whole number from 0 to 65535, got 70000")
        .hasMessageContaining("host: ")
        .hasMessageContaining("maxSockets: ")
        .hasMessageContaining("peers[1]: ")
        .hasMessageContaining("peers[2]: ");
  }
}
