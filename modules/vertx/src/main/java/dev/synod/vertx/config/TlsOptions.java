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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Certificate, private key and trusted CA of a TLS endpoint: {@code {"certificate": "a.pem", "key":
 * "a.key", "ca": "ca.pem"}}. All files are in PEM, the key in PKCS #8; relative paths start at the
 * working directory of the process.
 *
 * @param certificate certificate file, which also holds the intermediate certificates up to the CA,
 *     if there are any
 * @param key private key of the certificate
 * @param ca CA that must have signed the certificate of the other side; null requires no
 *     certificate of the other side
 */
public record TlsOptions(Path certificate, Path key, @Nullable Path ca) {
  /**
   * Reads the options from JSON; only {@code ca} is optional. {@link #problems} checks the files.
   *
   * @throws ConfigurationException if a field is missing, unknown or of another type
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

  /** Returns the options as JSON. */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("certificate", certificate.toString()).put("key", key.toString());
    return ca == null ? json : json.put("ca", ca.toString());
  }

  /**
   * Reads the files and returns their problems, each with its field; empty if there is none. Blocks
   * the calling thread.
   */
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
              String.format(
                  Locale.ROOT,
                  "%s: expected a certificate that is valid now, got one of %s that ended at %s in %s",
                  field,
                  each.getSubjectX500Principal(),
                  each.getNotAfter().toInstant(),
                  file));
        }
      }
    } catch (CertificateException e) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: expected certificates in PEM, got other content in %s: %s",
              field,
              file,
              e.getMessage()));
    } catch (IOException e) {
      problems.add(field + ": expected a file that can be read, got " + file + ": " + e);
    }
  }

  static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new CertificateException("the file holds no certificate");
      }
      return all.stream().map(X509Certificate.class::cast).toList();
    }
  }

  /**
   * Configures a server to present the certificate, and, if a CA is set, to require a client
   * certificate signed by that CA.
   *
   * @return the given options
   */
  public HttpServerOptions applyTo(HttpServerOptions server) {
    apply(server);
    return ca == null ? server : server.setClientAuth(ClientAuth.REQUIRED);
  }

  /**
   * Configures an event bus to present the certificate on incoming and outgoing connections, and,
   * if a CA is set, to require a certificate signed by that CA from the other side.
   *
   * @return the given options
   */
  public EventBusOptions applyTo(EventBusOptions bus) {
    apply(bus);
    // By default an event bus trusts every certificate, even if a CA is set.
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
