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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a node serves browsers. In JSON the fields have the names of the properties: {@code {"port":
 * 8081, "peers": ["http://127.0.0.1:8082"]}}. Not thread-safe.
 *
 * <p>All times are in milliseconds, all sizes in bytes.
 */
public final class WebOptions {
  /** {@value}: reachable from this machine only. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** {@value}. */
  public static final int DEFAULT_PORT = 8080;

  /** 1 MiB. */
  public static final int DEFAULT_SOCKET_BUDGET_BYTES = 1 << 20;

  /** 64 KiB. */
  public static final int DEFAULT_MAX_FRAME_BYTES = 64 << 10;

  /** {@value} sockets and streams. */
  public static final int DEFAULT_MAX_SOCKETS = 10_000;

  /** {@value}. */
  public static final int DEFAULT_MAX_REQUESTS_PER_SECOND = 20_000;

  /** {@value}. */
  public static final int DEFAULT_MAX_FRAMES_PER_SECOND = 200;

  /** {@value} ms. */
  public static final long DEFAULT_LAG_WAIT = 2_000;

  /** {@value} ms. */
  public static final long DEFAULT_MARK_INTERVAL = 1_000;

  /** {@value} ms. */
  public static final long DEFAULT_IDLE_TIMEOUT = 60_000;

  /** {@value} ms. */
  public static final long DEFAULT_REQUEST_TIMEOUT = 30_000;

  /** {@value} connections. */
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
  private int maxConnectionsPerAddress = DEFAULT_MAX_CONNECTIONS_PER_ADDRESS;

  /** The defaults. */
  public WebOptions() {}

  /** A copy. */
  public WebOptions(WebOptions other) {
    this(other.toJson());
  }

  /**
   * From JSON; a field left out has its default.
   *
   * @throws ConfigurationException if a field is unknown or of another type. What a field's value
   *     may be is for {@link #validate} to say
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
    maxConnectionsPerAddress = fields.integer("maxConnectionsPerAddress", maxConnectionsPerAddress);
    fields.end();
  }

  /**
   * Reads a JSON file, and validates it. Blocks.
   *
   * @throws ConfigurationException with the file's name before each problem, also if it cannot be
   *     read or is not JSON
   */
  public static WebOptions read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return new WebOptions(json).validate();
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  /** Everything, defaults included. */
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
        .put("requestTimeout", requestTimeout)
        .put("maxConnectionsPerAddress", maxConnectionsPerAddress);
  }

  /**
   * Checks all of it; reads the files that it names.
   *
   * @return this
   * @throws ConfigurationException with every problem there is
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
    range(problems, "maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 1 << 20);
    for (int i = 0; i < hosts.size(); i++) {
      if (HostNames.parse(hosts.get(i)) == null) {
        problems.add(
            "hosts[%d]: expected the name or address of a machine, without scheme and port, got %s"
                .formatted(i, Fields.show(hosts.get(i))));
      }
    }
    for (int i = 0; i < trustedProxies.size(); i++) {
      if (!AddressRange.isRange(trustedProxies.get(i))) {
        problems.add(
            "trustedProxies[%d]: expected an IP address, or a range like 10.0.0.0/8, got %s"
                .formatted(i, Fields.show(trustedProxies.get(i))));
      }
    }
    for (int i = 0; i < peers.size(); i++) {
      if (!isBase(peers.get(i))) {
        problems.add(
            "peers[%d]: expected where another node's pages are, as http://host:port, got %s"
                .formatted(i, Fields.show(peers.get(i))));
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
          "%s: expected a whole number from %d to %d, got %d".formatted(path, least, most, value));
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

  /** The name or address it listens on. */
  public String getHost() {
    return host;
  }

  public WebOptions setHost(String host) {
    this.host = Objects.requireNonNull(host);
    return this;
  }

  /** The port it listens on; 0: any that is free. */
  public int getPort() {
    return port;
  }

  public WebOptions setPort(int port) {
    this.port = port;
    return this;
  }

  /**
   * Where the pages of the other nodes are. The page shows these nodes too, and goes there when
   * this one is lost; pages from there may use this node.
   */
  public List<String> getPeers() {
    return peers;
  }

  public WebOptions setPeers(List<String> peers) {
    this.peers = List.copyOf(peers);
    return this;
  }

  /**
   * The node's certificate; null: HTTP in clear. With a CA in it, who connects must show a
   * certificate which that CA has signed.
   */
  public @Nullable TlsOptions getTls() {
    return tls;
  }

  public WebOptions setTls(@Nullable TlsOptions tls) {
    this.tls = tls;
    return this;
  }

  /**
   * A secret whose bearer may do everything; null: none. Without it, and without {@link
   * #getAuthentication}, anybody may.
   */
  public @Nullable String getToken() {
    return token;
  }

  public WebOptions setToken(@Nullable String token) {
    this.token = token;
    return this;
  }

  /** The users and tokens that are let in, and what each may do; null: none. */
  public @Nullable AuthenticationOptions getAuthentication() {
    return authentication;
  }

  public WebOptions setAuthentication(@Nullable AuthenticationOptions authentication) {
    this.authentication = authentication;
    return this;
  }

  /**
   * How many requests a second each user may make, or each address where there are no users; as
   * many at once after a pause. More are refused with 429.
   */
  public int getMaxRequestsPerSecond() {
    return maxRequestsPerSecond;
  }

  public WebOptions setMaxRequestsPerSecond(int maxRequestsPerSecond) {
    this.maxRequestsPerSecond = maxRequestsPerSecond;
    return this;
  }

  /** The same for the frames of a socket of the feed, acknowledgements apart. */
  public int getMaxFramesPerSecond() {
    return maxFramesPerSecond;
  }

  public WebOptions setMaxFramesPerSecond(int maxFramesPerSecond) {
    this.maxFramesPerSecond = maxFramesPerSecond;
    return this;
  }

  /** So much may be sent to a browser that it has not acknowledged. */
  public int getSocketBudgetBytes() {
    return socketBudgetBytes;
  }

  public WebOptions setSocketBudgetBytes(int socketBudgetBytes) {
    this.socketBudgetBytes = socketBudgetBytes;
    return this;
  }

  /** Largest frame that a page may send. */
  public int getMaxFrameBytes() {
    return maxFrameBytes;
  }

  public WebOptions setMaxFrameBytes(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
    return this;
  }

  /** How many sockets and streams are served at once. */
  public int getMaxSockets() {
    return maxSockets;
  }

  public WebOptions setMaxSockets(int maxSockets) {
    this.maxSockets = maxSockets;
    return this;
  }

  /** How long a subscriber waits for this node to reach what it has seen elsewhere, in ms. */
  public long getLagWait() {
    return lagWait;
  }

  public WebOptions setLagWait(long lagWait) {
    this.lagWait = lagWait;
    return this;
  }

  /** How often a subscriber of an idle map is told the slot it is at, in ms. */
  public long getMarkInterval() {
    return markInterval;
  }

  public WebOptions setMarkInterval(long markInterval) {
    this.markInterval = markInterval;
    return this;
  }

  /** A page that has not said anything for so long is taken for gone, in ms. */
  public long getIdleTimeout() {
    return idleTimeout;
  }

  public WebOptions setIdleTimeout(long idleTimeout) {
    this.idleTimeout = idleTimeout;
    return this;
  }

  /**
   * How long a request's headers, its body, and the first frame of a feed's socket may each take to
   * arrive, in ms. A body that is late is answered with 408; the other connections are closed.
   */
  public long getRequestTimeout() {
    return requestTimeout;
  }

  public WebOptions setRequestTimeout(long requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /**
   * How many connections one IP address may have open at once, feed sockets and event streams
   * included; a further one is closed. Trusted proxies have no such limit.
   */
  public int getMaxConnectionsPerAddress() {
    return maxConnectionsPerAddress;
  }

  public WebOptions setMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
    this.maxConnectionsPerAddress = maxConnectionsPerAddress;
    return this;
  }

  /**
   * Names and addresses, without port, that a node without authentication accepts as {@code Host}
   * besides the loopback names, {@link #getHost} and those of its {@link #getPeers}. A request for
   * another name is refused with 421, since a web page could have bound its own name to the node's
   * address (DNS rebinding).
   */
  public List<String> getHosts() {
    return hosts;
  }

  public WebOptions setHosts(List<String> hosts) {
    this.hosts = List.copyOf(hosts);
    return this;
  }

  /**
   * IP addresses, or ranges like {@code 10.0.0.0/8}, of reverse proxies whose header {@code
   * X-Forwarded-For} names the client. From other addresses the header is ignored.
   */
  public List<String> getTrustedProxies() {
    return trustedProxies;
  }

  public WebOptions setTrustedProxies(List<String> trustedProxies) {
    this.trustedProxies = List.copyOf(trustedProxies);
    return this;
  }
}
