package dev.synod.vertx.config;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * When the certificates end that a process has loaded: {@code synod.addHealthCheck(expiry::alarms)}
 * makes an alarm of it from a month before. A renewed file changes nothing, for a process goes on
 * with the certificates that it was started with. Immutable; safe on all threads.
 */
public final class CertificateExpiry {
  /** So long before its end a certificate is to be renewed. */
  private static final Duration RENEW = Duration.ofDays(30);

  private record Loaded(String subject, Path file, Instant end) {}

  private final String use;
  private final List<Loaded> loaded;
  private final InstantSource clock;

  private CertificateExpiry(String use, List<Loaded> loaded, InstantSource clock) {
    this.use = use;
    this.loaded = List.copyOf(loaded);
    this.clock = clock;
  }

  /**
   * Reads the certificates, those of the authority included. Blocks.
   *
   * @param use what the certificates are for, as a part of the alarm's code: {@code web}, {@code
   *     cluster}
   * @throws ConfigurationException if a file cannot be read
   */
  public static CertificateExpiry of(String use, TlsOptions tls) {
    return of(use, tls, InstantSource.system());
  }

  static CertificateExpiry of(String use, TlsOptions tls, InstantSource clock) {
    List<Loaded> loaded = new ArrayList<>();
    Path ca = tls.ca();
    for (Path file : ca == null ? List.of(tls.certificate()) : List.of(tls.certificate(), ca)) {
      try {
        for (X509Certificate each : TlsOptions.certificates(file)) {
          loaded.add(
              new Loaded(
                  each.getSubjectX500Principal().getName(), file, each.getNotAfter().toInstant()));
        }
      } catch (IOException | CertificateException e) {
        throw new ConfigurationException(
            List.of("the certificates in " + file + " cannot be read: " + e));
      }
    }
    return new CertificateExpiry(use, loaded, clock);
  }

  /** The end of the certificate that ends first. */
  public Instant first() {
    return loaded.stream().map(Loaded::end).min(Comparator.naturalOrder()).orElse(Instant.MAX);
  }

  /** For each certificate that ends within a month, or has ended, the code and text of an alarm. */
  public Map<String, String> alarms() {
    Instant now = clock.instant();
    List<String> texts =
        loaded.stream()
            .filter(each -> each.end().isBefore(now.plus(RENEW)))
            .map(
                each ->
                    "the certificate of %s in %s %s at %s"
                        .formatted(
                            each.subject(),
                            each.file(),
                            each.end().isBefore(now) ? "has ended" : "ends",
                            each.end()))
            .toList();
    return texts.isEmpty()
        ? Map.of()
        : Map.of(
            "certificate-ends." + use,
            String.join("; ", texts) + ": renew it, and start this process again");
  }
}
