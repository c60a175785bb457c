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
import java.util.Locale;
import java.util.Map;

/**
 * The expiry of the certificates that a process has loaded. {@code
 * synod.addHealthCheck(expiry::alarms)} raises an alarm a month before. A renewed file does not end
 * the alarm, because the process continues with the certificates that it has loaded. Immutable;
 * safe on all threads.
 */
public final class CertificateExpiry {
  /** Remaining validity below which a certificate raises an alarm. */
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
   * Reads the certificates, those of the CA included. Blocks the calling thread.
   *
   * @param use purpose of the certificates, as a part of the alarm's code: {@code web} or {@code
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

  /** Returns the earliest expiry. */
  public Instant first() {
    return loaded.stream().map(Loaded::end).min(Comparator.naturalOrder()).orElse(Instant.MAX);
  }

  /** Returns the code and the text of the alarm, if a certificate expires within a month. */
  public Map<String, String> alarms() {
    Instant now = clock.instant();
    List<String> texts =
        loaded.stream()
            .filter(each -> each.end().isBefore(now.plus(RENEW)))
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "the certificate of %s in %s %s at %s",
                        each.subject(),
                        each.file(),
                        each.end().isBefore(now) ? "expired" : "expires",
                        each.end()))
            .toList();
    return texts.isEmpty()
        ? Map.of()
        : Map.of(
            "certificate-ends." + use,
            String.join("; ", texts) + ": renew it and restart this process");
  }
}
