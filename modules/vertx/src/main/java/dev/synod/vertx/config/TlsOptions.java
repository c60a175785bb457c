package dev.synod.vertx.config;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TCPSSLOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that somebody shows, and whose he accepts: {@code {"certificate": "a.pem", "key":
 * "a.key", "ca": "ca.pem"}}. All are files in PEM, the key in PKCS #8; relative paths are below the
 * directory in which the process runs.
 *
 * @param certificate with those of the authorities between it and the CA behind it, if there are
 *     any
 * @param key of the certificate
 * @param ca who must have signed the other side's certificate; null: nobody asks for one
 */
public record TlsOptions(Path certificate, Path key, @Nullable Path ca) {
  /**
   * From JSON; only {@code ca} may be left out.
   *
   * @throws ConfigurationException if a field is missing, unknown or of another type. What is in
   *     the files is for {@link #problems} to say
   */
  public static TlsOptions read(JsonObject json) {
    Fields fields = new Fields(json);
    String certificate = fields.text("certificate", null);
    String key = fields.text("key", null);
    String ca = fields.text("ca", null);
    fields.end();
    List<String> problems = new ArrayList<>();
    if (certificate == null) {
      problems.add("certificate: is missing, expected a file in PEM");
    }
    if (key == null) {
      problems.add("key: is missing, expected a file in PEM");
    }
    if (certificate == null || key == null) {
      throw new ConfigurationException(problems);
    }
    return new TlsOptions(Path.of(certificate), Path.of(key), ca == null ? null : Path.of(ca));
  }

  /** The same as JSON. */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("certificate", certificate.toString()).put("key", key.toString());
    return ca == null ? json : json.put("ca", ca.toString());
  }

  /** What is wrong with the files, each with its field; reads them. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    check(problems, "certificate", certificate);
    if (ca != null) {
      check(problems, "ca", ca);
    }
    try {
      if (!Files.readString(key).contains("-----BEGIN PRIVATE KEY-----")) {
        problems.add(
            "key: expected a private key in PEM (PKCS #8, not encrypted), got other content in "
                + key);
      }
    } catch (IOException e) {
      problems.add("key: expected a file that can be read, got " + key + ": " + e);
    }
    return problems;
  }

  private static void check(List<String> problems, String field, Path file) {
    try {
      for (X509Certificate each : certificates(file)) {
        if (each.getNotAfter().toInstant().isBefore(Instant.now())) {
          problems.add(
              "%s: expected a certificate that is valid now, got one of %s that ended at %s in %s"
                  .formatted(
                      field, each.getSubjectX500Principal(), each.getNotAfter().toInstant(), file));
        }
      }
    } catch (CertificateException e) {
      problems.add(
          "%s: expected certificates in PEM, got other content in %s: %s"
              .formatted(field, file, e.getMessage()));
    } catch (IOException e) {
      problems.add(field + ": expected a file that can be read, got " + file + ": " + e);
    }
  }

  static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new CertificateException("there is none in it");
      }
      return all.stream().map(X509Certificate.class::cast).toList();
    }
  }

  /**
   * Has a server show the certificate; and with a CA let in only who shows one that this CA has
   * signed.
   *
   * @return the options given
   */
  public HttpServerOptions applyTo(HttpServerOptions server) {
    apply(server);
    return ca == null ? server : server.setClientAuth(ClientAuth.REQUIRED);
  }

  /**
   * Has an event bus show the certificate to those that it connects to and that connect to it; and
   * with a CA believe only those whose certificate this CA has signed.
   *
   * @return the options given
   */
  public EventBusOptions applyTo(EventBusOptions bus) {
    apply(bus);
    // Left to itself an event bus trusts everybody, also with a CA.
    return ca == null ? bus : bus.setTrustAll(false).setClientAuth(ClientAuth.REQUIRED);
  }

  private void apply(TCPSSLOptions options) {
    options
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString()));
    if (ca != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
    }
  }
}
