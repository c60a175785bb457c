package dev.synod.app.node;

import dev.synod.vertx.Synod;
import dev.synod.vertx.metrics.SynodMetrics;
import dev.synod.web.SynodWeb;
import dev.synod.web.WebMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What a node shows at {@code /metrics}: its member, its web, and the virtual machine. */
final class NodeMetrics {
  private NodeMetrics() {}

  static PrometheusMeterRegistry of(Synod synod, SynodWeb web) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new SynodMetrics(synod).bindTo(registry);
    new WebMetrics(web).bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }
}
