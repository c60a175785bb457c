package dev.synod.web;

import dev.synod.vertx.config.CertificateExpiry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds the counters of a member's web to a Micrometer registry: {@code new
 * WebMetrics(web).bindTo(registry)}. In this module only this class needs {@code
 * io.micrometer:micrometer-core} on the class path.
 */
@SuppressWarnings("exports") // An application that binds these metrics requires Micrometer itself.
public final class WebMetrics implements MeterBinder {
  private final SynodWeb web;

  /** Creates the binder for one web. */
  public WebMetrics(SynodWeb web) {
    this.web = web;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Tags tags = Tags.of("group", web.synod().group(), "member", web.synod().member());
    Gauge.builder("synod.web.sockets", web, of -> of.stats().sockets())
        .tags(tags)
        .description("Open sockets of the feed")
        .register(registry);
    Gauge.builder("synod.web.streams", web, of -> of.stats().streams())
        .tags(tags)
        .description("Open streams of server-sent events")
        .register(registry);
    Gauge.builder("synod.web.subscriptions", web, of -> of.stats().subscriptions())
        .tags(tags)
        .description("Subscriptions of all sockets and streams")
        .register(registry);
    Gauge.builder("synod.web.held", web, of -> of.stats().heldBytes())
        .tags(tags)
        .baseUnit("bytes")
        .description("Bytes sent to subscribers that they have not acknowledged")
        .register(registry);
    FunctionCounter.builder("synod.web.slow", web, of -> of.stats().slow())
        .tags(tags)
        .description("Times that a subscriber fell behind and had to catch up from the history")
        .register(registry);
    CertificateExpiry certificates = web.certificates();
    if (certificates != null) {
      Gauge.builder(
              "synod.certificate.not.after.timestamp",
              certificates,
              of -> of.first().getEpochSecond())
          .tags(tags.and("use", "web"))
          .baseUnit("seconds")
          .description("Unix time at which the first of the loaded certificates ends")
          .register(registry);
    }
  }
}
