package dev.synod.app.node;

import dev.synod.vertx.Synod;
import dev.synod.vertx.config.CertificateExpiry;
import dev.synod.vertx.metrics.SynodMetrics;
import dev.synod.web.SynodWeb;
import dev.synod.web.WebMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/** What a node shows at {@code /metrics}: its member, its web, and the virtual machine. */
final class NodeMetrics {
  private NodeMetrics() {}

  /**
   * Binds all meters of a node.
   *
   * @param certificates those of the event bus; null without TLS
   */
  static PrometheusMeterRegistry of(
      Synod synod, SynodWeb web, @Nullable CertificateExpiry certificates) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // LatencyHistograms exports these two as histograms.
    registry
        .config()
        .meterFilter(MeterFilter.deny(id -> LatencyHistograms.NAMES.contains(id.getName())));
    registry.getPrometheusRegistry().register(new LatencyHistograms(synod));
    new SynodMetrics(synod).bindTo(registry);
    new WebMetrics(web).bindTo(registry);
    if (certificates != null) {
      Gauge.builder(
              "synod.certificate.not.after.timestamp",
              certificates,
              of -> of.first().getEpochSecond())
          .tags("group", synod.group(), "member", synod.member(), "use", "cluster")
          .baseUnit("seconds")
          .description("Unix time at which the first of the loaded certificates ends")
          .register(registry);
    }
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    // The checker of Prometheus refuses these two names; other meters have the same content.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }
}
