package dev.synod.app.client;

import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What every command says that asks a member: whom, and for how long. */
public final class ClientOptions {
  @Option(
      names = "--url",
      split = ",",
      defaultValue = "http://127.0.0.1:8080",
      converter = BaseUrl.class,
      paramLabel = "URL",
      description =
          "Of a member's page; give it several times, or with commas, and the next is tried when"
              + " one fails. Default: ${DEFAULT-VALUE}.")
  private List<URI> urls = new ArrayList<>();

  @Option(
      names = "--token",
      defaultValue = "${env:SYNOD_TOKEN}",
      paramLabel = "TOKEN",
      description = "If the members ask for one. Default: the environment variable SYNOD_TOKEN.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The same in a file, where no list of processes shows it.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "If the members know users; with --password-file.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The user's password, in the first line.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "PEM of who signed the members' certificates, for https; else those that Java trusts.")
  private @Nullable Path ca;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "PEM of a certificate to show to members that ask for one; with --key.")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "PEM of the certificate's key.")
  private @Nullable Path key;

  @Option(
      names = "--timeout",
      defaultValue = "30",
      converter = Seconds.class,
      paramLabel = "SECONDS",
      description =
          "How long one key is tried for, at all members together. Default: ${DEFAULT-VALUE}.")
  private long timeoutMillis;

  public ClientOptions() {}

  /** For tests. */
  ClientOptions(List<URI> urls, long timeoutMillis) {
    this.urls = urls;
    this.timeoutMillis = timeoutMillis;
  }

  public List<URI> urls() {
    return List.copyOf(urls);
  }

  /** What each request shows, as the header Authorization has it; null: nothing. */
  @Nullable String authorization() {
    if ((user == null) != (passwordFile == null)) {
      throw new CommandFailure(ExitCode.USAGE, "--user and --password-file go together");
    }
    if (user != null && passwordFile != null) {
      String pair = user + ":" + firstLine("--password-file", passwordFile);
      return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
    String shown = tokenFile != null ? firstLine("--token-file", tokenFile) : token;
    return shown == null ? null : "Bearer " + shown;
  }

  /** What a file holds that is one line. */
  public static String firstLine(String option, Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("");
    } catch (IOException unreadable) {
      throw new CommandFailure(
          ExitCode.NO_INPUT,
          option + ": " + file + " cannot be read: " + IoMessages.of(unreadable));
    }
  }

  /** With what connections are made; TLS only where a URL says so. */
  HttpClientOptions http() {
    HttpClientOptions http = new HttpClientOptions().setVerifyHost(true);
    if (ca != null) {
      http.setTrustOptions(new PemTrustOptions().addCertPath(readable("--ca", ca)));
    }
    if ((certificate == null) != (key == null)) {
      throw new CommandFailure(ExitCode.USAGE, "--certificate and --key go together");
    }
    if (certificate != null && key != null) {
      http.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(readable("--certificate", certificate))
              .addKeyPath(readable("--key", key)));
    }
    return http;
  }

  private static String readable(String option, Path file) {
    if (!Files.isReadable(file)) {
      throw new CommandFailure(ExitCode.NO_INPUT, option + ": " + file + " cannot be read");
    }
    return file.toString();
  }

  public long timeoutMillis() {
    return timeoutMillis;
  }

  /** {@code http://host:port}, perhaps with a path where the API is mounted. */
  static final class BaseUrl implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
      try {
        return baseUrl(text);
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException("expected http://host:port, got '" + text + "'");
      }
    }
  }

  /**
   * The URL of a member.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static URI baseUrl(String text) {
    URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getUserInfo() == null
        && uri.getQuery() == null
        && uri.getFragment() == null) {
      return uri;
    }
    throw new IllegalArgumentException(text);
  }

  /** From a tenth of a second to a day. */
  static final class Seconds implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        double seconds = Double.parseDouble(text);
        if (seconds >= 0.1 && seconds <= 86_400) {
          return Math.round(seconds * 1000);
        }
      } catch (NumberFormatException wrong) {
        // Said below.
      }
      throw new TypeConversionException("expected seconds from 0.1 to 86400, got '" + text + "'");
    }
  }
}
