package dev.synod.web.config;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.OptionsFile;
import dev.synod.vertx.config.TlsOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of the HTTP server of a member. Their JSON form has one field for each property: {@code
 * {"port": 8081, "peers": ["http://127.0.0.1:8082"]}}. Not thread-safe.
 *
 * <p>All times are in milliseconds, all sizes in bytes. The getter of a property documents the
 * property; its setter returns these options.
 */
public final class WebOptions {
  /** Default of {@link #getHost}: {@value}, which only this machine can reach. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Default of {@link #getPort}: {@value}. */
  public static final int DEFAULT_PORT = 8080;

  /** Default of {@link #getSocketBudgetBytes}: 1 MiB. */
  public static final int DEFAULT_SOCKET_BUDGET_BYTES = 1 << 20;

  /** Default of {@link #getMaxFrameBytes}: 64 KiB. */
  public static final int DEFAULT_MAX_FRAME_BYTES = 64 << 10;

  /** Default of {@link #getMaxSockets}: {@value} sockets and streams. */
  public static final int DEFAULT_MAX_SOCKETS = 10_000;

  /** Default of {@link #getMaxRequestsPerSecond}: {@value}. */
  public static final int DEFAULT_MAX_REQUESTS_PER_SECOND = 20_000;

  /** Default of {@link #getMaxFramesPerSecond}: {@value}. */
  public static final int DEFAULT_MAX_FRAMES_PER_SECOND = 200;

  /** Default of {@link #getLagWait}: {@value} ms. */
  public static final long DEFAULT_LAG_WAIT = 2_000;

  /** Default of {@link #getMarkInterval}: {@value} ms. */
  public static final long DEFAULT_MARK_INTERVAL = 1_000;

  /** Default of {@link #getIdleTimeout}: {@value} ms. */
  public static final long DEFAULT_IDLE_TIMEOUT = 60_000;

  /** Default of {@link #getRequestTimeout}: {@value} ms. */
  public static final long DEFAULT_REQUEST_TIMEOUT = 30_000;

  /** Default of {@link #getWriteTimeout}: {@value} ms. */
  public static final long DEFAULT_WRITE_TIMEOUT = 600_000;

  /** Default of {@link #getMaxConnectionsPerAddress}: {@value} connections. */
  public static final int DEFAULT_MAX_CONNECTIONS_PER_ADDRESS = 1_000;

  private String host = DEFAULT_HOST;
  private int port = DEFAULT_PORT;
  private List<String> peers = List.of();
  private List<String> hosts = List.of();
  private List<String> trustedProxies = List.of();
  private @Nullable TlsOptions tls;
  private @Nullable String token;
  private @Nullable AuthenticationOptions authentication;
  private int maxRequestsPerSecond = DEFAULT_MAX_REQUESTS_PER_SECOND;
  private int maxFramesPerSecond = DEFAULT_MAX_FRAMES_PER_SECOND;
  private int socketBudgetBytes = DEFAULT_SOCKET_BUDGET_BYTES;
  private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  private int maxSockets = DEFAULT_MAX_SOCKETS;
  private long lagWait = DEFAULT_LAG_WAIT;
  private long markInterval = DEFAULT_MARK_INTERVAL;
  private long idleTimeout = DEFAULT_IDLE_TIMEOUT;
  private long requestTimeout = DEFAULT_REQUEST_TIMEOUT;
  private long writeTimeout = DEFAULT_WRITE_TIMEOUT;
  private int maxConnectionsPerAddress = DEFAULT_MAX_CONNECTIONS_PER_ADDRESS;

  /** Creates options with default values. */
  public WebOptions() {}

  /** Creates a copy of other options. */
  public WebOptions(WebOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON; a missing field takes its default. {@link #validate} checks the
   * values of the fields.
   *
   * @throws ConfigurationException if a field is unknown or of another type
   */
  public WebOptions(JsonObject json) {
    Fields fields = new Fields(json);
    host = Objects.requireNonNull(fields.text("host", host));
    port = fields.integer("port", port);
    peers = List.copyOf(fields.names("peers", peers));
    hosts = List.copyOf(fields.names("hosts", hosts));
    trustedProxies = List.copyOf(fields.names("trustedProxies", trustedProxies));
    tls = fields.part("tls", TlsOptions::read);
    token = fields.text("token", token);
    authentication = fields.part("authentication", AuthenticationOptions::read);
    maxRequestsPerSecond = fields.integer("maxRequestsPerSecond", maxRequestsPerSecond);
    maxFramesPerSecond = fields.integer("maxFramesPerSecond", maxFramesPerSecond);
    socketBudgetBytes = fields.integer("socketBudgetBytes", socketBudgetBytes);
    maxFrameBytes = fields.integer("maxFrameBytes", maxFrameBytes);
    maxSockets = fields.integer("maxSockets", maxSockets);
    lagWait = fields.number("lagWait", lagWait);
    markInterval = fields.number("markInterval", markInterval);
    idleTimeout = fields.number("idleTimeout", idleTimeout);
    requestTimeout = fields.number("requestTimeout", requestTimeout);
    writeTimeout = fields.number("writeTimeout", writeTimeout);
    maxConnectionsPerAddress = fields.integer("maxConnectionsPerAddress", maxConnectionsPerAddress);
    fields.end();
  }

  /**
   * Reads options from a JSON file and validates them. Blocks the calling thread.
   *
   * @throws ConfigurationException if the file cannot be read, is not JSON or holds invalid
   *     options; the file name precedes each problem
   */
  public static WebOptions read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return new WebOptions(json).validate();
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  /** Returns all options as JSON, including those with default values. */
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("host", host)
            .put("port", port)
            .put("peers", peers)
            .put("hosts", hosts)
            .put("trustedProxies", trustedProxies);
    if (tls != null) {
      json.put("tls", tls.toJson());
    }
    if (token != null) {
      json.put("token", token);
    }
    if (authentication != null) {
      json.put("authentication", authentication.toJson());
    }
    return json.put("maxRequestsPerSecond", maxRequestsPerSecond)
        .put("maxFramesPerSecond", maxFramesPerSecond)
        .put("socketBudgetBytes", socketBudgetBytes)
        .put("maxFrameBytes", maxFrameBytes)
        .put("maxSockets", maxSockets)
        .put("lagWait", lagWait)
        .put("markInterval", markInterval)
        .put("idleTimeout", idleTimeout)
        .put("writeTimeout", writeTimeout)
        .put("requestTimeout", requestTimeout)
        .put("maxConnectionsPerAddress", maxConnectionsPerAddress);
  }

  /**
   * Validates the options and the files that they name. Blocks the calling thread.
   *
   * @return this
   * @throws ConfigurationException with every problem
   */
  public WebOptions validate() {
    List<String> problems = new ArrayList<>();
    if (host.isBlank()) {
      problems.add("host: expected a name or an address to listen on, got \"\"");
    }
    if (token != null && token.isBlank()) {
      problems.add("token: expected a secret, or no such field, got \"\"");
    }
    if (tls != null) {
      tls.problems().forEach(problem -> problems.add("tls." + problem));
    }
    if (authentication != null) {
      authentication.problems().forEach(problem -> problems.add("authentication." + problem));
    }
    range(problems, "maxRequestsPerSecond", maxRequestsPerSecond, 1, 1_000_000);
    range(problems, "maxFramesPerSecond", maxFramesPerSecond, 1, 1_000_000);
    range(problems, "port", port, 0, 65_535);
    range(problems, "socketBudgetBytes", socketBudgetBytes, 1 << 10, 1 << 30);
    range(problems, "maxFrameBytes", maxFrameBytes, 1 << 10, 1 << 20);
    range(problems, "maxSockets", maxSockets, 1, 1 << 20);
    range(problems, "lagWait", lagWait, 0, 60_000);
    range(problems, "markInterval", markInterval, 10, 60_000);
    range(problems, "idleTimeout", idleTimeout, 1_000, 3_600_000);
    range(problems, "requestTimeout", requestTimeout, 100, 3_600_000);
    range(problems, "writeTimeout", writeTimeout, 1_000, 86_400_000);
    range(problems, "maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 1 << 20);
    for (int i = 0; i < hosts.size(); i++) {
      if (HostNames.parse(hosts.get(i)) == null) {
        problems.add(
            String.format(
                Locale.ROOT,
                "hosts[%d]: expected the name or address of a machine, without scheme and port, got %s",
                i,
                Fields.show(hosts.get(i))));
      }
    }
    for (int i = 0; i < trustedProxies.size(); i++) {
      if (!AddressRange.isRange(trustedProxies.get(i))) {
        problems.add(
            String.format(
                Locale.ROOT,
                "trustedProxies[%d]: expected an IP address, or a range like 10.0.0.0/8, got %s",
                i,
                Fields.show(trustedProxies.get(i))));
      }
    }
    for (int i = 0; i < peers.size(); i++) {
      if (!isBase(peers.get(i))) {
        problems.add(
            String.format(
                Locale.ROOT,
                "peers[%d]: expected the address of another node, as http://host:port, got %s",
                i,
                Fields.show(peers.get(i))));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return this;
  }

  private static void range(List<String> problems, String path, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: expected a whole number from %d to %d, got %d",
              path,
              least,
              most,
              value));
    }
  }

  private static boolean isBase(String peer) {
    try {
      URI uri = new URI(peer);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Host name or address on which the server listens. */
  public String getHost() {
    return host;
  }

  public WebOptions setHost(String host) {
    this.host = Objects.requireNonNull(host);
    return this;
  }

  /** Port on which the server listens; 0 chooses a free port. */
  public int getPort() {
    return port;
  }

  public WebOptions setPort(int port) {
    this.port = port;
    return this;
  }

  /**
   * Addresses of the other nodes. The page shows these nodes as well and moves to one of them when
   * this node is lost; pages of these nodes may call this node.
   */
  public List<String> getPeers() {
    return peers;
  }

  public WebOptions setPeers(List<String> peers) {
    this.peers = List.copyOf(peers);
    return this;
  }

  /**
   * Certificate of the server; null, the default, serves plain HTTP. If a CA is set, every client
   * must present a certificate signed by it.
   */
  public @Nullable TlsOptions getTls() {
    return tls;
  }

  public WebOptions setTls(@Nullable TlsOptions tls) {
    this.tls = tls;
    return this;
  }

  /**
   * Secret token that grants all permissions; null, the default, sets none. Without a token and
   * without {@link #getAuthentication} the server accepts every request.
   */
  public @Nullable String getToken() {
    return token;
  }

  public WebOptions setToken(@Nullable String token) {
    this.token = token;
    return this;
  }

  /** Users and tokens with their permissions; null, the default, sets none. */
  public @Nullable AuthenticationOptions getAuthentication() {
    return authentication;
  }

  public WebOptions setAuthentication(@Nullable AuthenticationOptions authentication) {
    this.authentication = authentication;
    return this;
  }

  /**
   * Maximum number of requests per second of each user, or of each address if there are no users;
   * after a pause as many are accepted at once. Further requests are refused with status 429.
   */
  public int getMaxRequestsPerSecond() {
    return maxRequestsPerSecond;
  }

  public WebOptions setMaxRequestsPerSecond(int maxRequestsPerSecond) {
    this.maxRequestsPerSecond = maxRequestsPerSecond;
    return this;
  }

  /**
   * Maximum number of frames per second on a socket of the feed, without acknowledgements; after a
   * pause as many are accepted at once.
   */
  public int getMaxFramesPerSecond() {
    return maxFramesPerSecond;
  }

  public WebOptions setMaxFramesPerSecond(int maxFramesPerSecond) {
    this.maxFramesPerSecond = maxFramesPerSecond;
    return this;
  }

  /** Maximum number of bytes sent to a browser that it has not acknowledged. */
  public int getSocketBudgetBytes() {
    return socketBudgetBytes;
  }

  public WebOptions setSocketBudgetBytes(int socketBudgetBytes) {
    this.socketBudgetBytes = socketBudgetBytes;
    return this;
  }

  /** Maximum size of a frame from a page, in bytes. */
  public int getMaxFrameBytes() {
    return maxFrameBytes;
  }

  public WebOptions setMaxFrameBytes(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
    return this;
  }

  /** Maximum number of open sockets and streams. */
  public int getMaxSockets() {
    return maxSockets;
  }

  public WebOptions setMaxSockets(int maxSockets) {
    this.maxSockets = maxSockets;
    return this;
  }

  /**
   * Time that a subscriber waits for this node to reach the slot which it has seen at another node,
   * in ms.
   */
  public long getLagWait() {
    return lagWait;
  }

  public WebOptions setLagWait(long lagWait) {
    this.lagWait = lagWait;
    return this;
  }

  /** Interval at which subscribers of an unchanged map receive the current slot, in ms. */
  public long getMarkInterval() {
    return markInterval;
  }

  public WebOptions setMarkInterval(long markInterval) {
    this.markInterval = markInterval;
    return this;
  }

  /** Time without a message after which the connection of a page is closed, in ms. */
  public long getIdleTimeout() {
    return idleTimeout;
  }

  public WebOptions setIdleTimeout(long idleTimeout) {
    this.idleTimeout = idleTimeout;
    return this;
  }

  /**
   * Returns the time after which a connection is closed if nothing could be written to it, because
   * its reader takes nothing, in milliseconds. A reader that takes at least 64 KiB in that time is
   * served to the end. No answer may take longer to begin, so this time must exceed the duration of
   * the longest request, such as a snapshot.
   */
  public long getWriteTimeout() {
    return writeTimeout;
  }

  /** Sets {@link #getWriteTimeout}. */
  public WebOptions setWriteTimeout(long writeTimeout) {
    this.writeTimeout = writeTimeout;
    return this;
  }

  /**
   * Returns the time within which a request's headers, its body, and the first frame of a feed
   * socket must each arrive, in milliseconds. A late body is answered with 408; in the other cases
   * the connection is closed.
   */
  public long getRequestTimeout() {
    return requestTimeout;
  }

  public WebOptions setRequestTimeout(long requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /**
   * Returns the maximum number of open connections of one IP address, feed sockets and event
   * streams included; a further connection is closed. Trusted proxies have no such limit.
   */
  public int getMaxConnectionsPerAddress() {
    return maxConnectionsPerAddress;
  }

  public WebOptions setMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
    this.maxConnectionsPerAddress = maxConnectionsPerAddress;
    return this;
  }

  /**
   * Returns the names and addresses, without port, that a node without authentication accepts as
   * {@code Host} besides the loopback names, {@link #getHost} and the hosts of its {@link
   * #getPeers}. A request for another name is refused with 421, because a web page could have bound
   * its own name to the node's address (DNS rebinding).
   */
  public List<String> getHosts() {
    return hosts;
  }

  public WebOptions setHosts(List<String> hosts) {
    this.hosts = List.copyOf(hosts);
    return this;
  }

  /**
   * Returns the IP addresses, or ranges like {@code 10.0.0.0/8}, of reverse proxies whose header
   * {@code X-Forwarded-For} names the client. The header is ignored from other addresses.
   */
  public List<String> getTrustedProxies() {
    return trustedProxies;
  }

  public WebOptions setTrustedProxies(List<String> trustedProxies) {
    this.trustedProxies = List.copyOf(trustedProxies);
    return this;
  }
}
