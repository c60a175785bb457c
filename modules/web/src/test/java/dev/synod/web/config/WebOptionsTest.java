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
            .put("hosts", new JsonArray().add("synod.example.org"))
            .put("trustedProxies", new JsonArray().add("10.0.0.0/8"))
            .put("token", "t")
            .put("maxRequestsPerSecond", 8)
            .put("maxFramesPerSecond", 9)
            .put("socketBudgetBytes", 2048)
            .put("maxFrameBytes", 4096)
            .put("maxSockets", 7)
            .put("lagWait", 1)
            .put("markInterval", 20)
            .put("idleTimeout", 5000)
            .put("writeTimeout", 7000)
            .put("requestTimeout", 500)
            .put("maxConnectionsPerAddress", 20);
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
                    .setHosts(List.of("ok", "[::1]", "a:80", "http://a", "a b", "a..b", ""))
                    .setTrustedProxies(
                        List.of("10.0.0.0/8", "::1", "localhost", "10.0.0.0/33", "10.0.0.0/x"))
                    .setRequestTimeout(0)
                    .setMaxConnectionsPerAddress(0)
                    .validate())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("port: expected a whole number from 0 to 65535, got 70000")
        .hasMessageContaining("host: ")
        .hasMessageContaining("maxSockets: ")
        .hasMessageContaining("requestTimeout: ")
        .hasMessageContaining("maxConnectionsPerAddress: ")
        .hasMessageContaining("hosts[2]: ")
        .hasMessageContaining("hosts[3]: ")
        .hasMessageContaining("hosts[4]: ")
        .hasMessageContaining("hosts[5]: ")
        .hasMessageContaining("hosts[6]: ")
        .hasMessageContaining("trustedProxies[2]: ")
        .hasMessageContaining("trustedProxies[3]: ")
        .hasMessageContaining("trustedProxies[4]: ")
        .message()
        .doesNotContain("hosts[0]", "hosts[1]", "trustedProxies[0]", "trustedProxies[1]");
    assertThatThrownBy(
            () ->
                new WebOptions()
                    .setPort(70_000)
                    .setPeers(List.of("http://ok:1", "localhost:8080", "http://a b"))
                    .validate())
        .hasMessageContaining("peers[1]: ")
        .hasMessageContaining("peers[2]: ");
  }
}
