package dev.synod.web;

import dev.synod.vertx.config.CertificateExpiry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds what the web of a member is doing: {@code new WebMetrics(web).bindTo(registry)}. Needs
 * {@code io.micrometer:micrometer-core} on the class path, which no other class here does.
 */
public final class WebMetrics implements MeterBinder {
  private final SynodWeb web;

  /** Of one web. */
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
        .description("Maps that are watched, once for each who watches")
        .register(registry);
    Gauge.builder("synod.web.held", web, of -> of.stats().heldBytes())
        .tags(tags)
        .baseUnit("bytes")
        .description("Given to subscribers and not acknowledged by them")
        .register(registry);
    FunctionCounter.builder("synod.web.slow", web, of -> of.stats().slow())
        .tags(tags)
        .description("How often a subscriber fell behind, and had to catch up from the history")
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
