package dev.synod.vertx.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExposureCheckTest {
  @Test
  void anEventBusInClearIsForOneMachineOnly() {
    assertThat(ExposureCheck.of(new EventBusOptions().setHost("127.0.0.1"))).isEmpty();
    assertThat(ExposureCheck.of(new EventBusOptions().setHost("10.0.0.1")))
        .singleElement()
        .asString()
        .contains("is not encrypted", "10.0.0.1");
  }

  @Test
  void sslWithoutTrustOptionsIsReported() {
    EventBusOptions bus = new EventBusOptions().setHost("10.0.0.1").setSsl(true);
    assertThat(ExposureCheck.of(bus))
        .hasSize(2)
        .anyMatch(warning -> warning.contains("trusts every certificate"))
        .anyMatch(warning -> warning.contains("without a client certificate"));
    bus.setTrustOptions(new PemTrustOptions().addCertPath("ca.pem"));
    assertThat(ExposureCheck.of(bus)).as("it would still trust everybody").hasSize(2);
    bus.setTrustAll(false);
    assertThat(ExposureCheck.of(bus))
        .singleElement()
        .asString()
        .contains("without a client certificate");
    assertThat(ExposureCheck.of(bus.setClientAuth(ClientAuth.REQUIRED))).isEmpty();
  }

  @Test
  void whatTlsOptionsMakeIsClosed() {
    TlsOptions tls = new TlsOptions(Path.of("a.pem"), Path.of("a.key"), Path.of("ca.pem"));
    assertThat(ExposureCheck.of(tls.applyTo(new EventBusOptions().setHost("10.0.0.1")))).isEmpty();
  }
}
