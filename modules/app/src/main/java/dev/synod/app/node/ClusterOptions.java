package dev.synod.app.node;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.TlsOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where this node and the others are: the part {@code cluster} of a configuration.
 *
 * @param name of the cluster; nodes of another name are not let in
 * @param host name or address that this node listens on and is reached at
 * @param port port of Hazelcast; 0, which no file may contain, is any free port
 * @param eventBusPort 0: any that is free
 * @param members each as {@code host:port}, this node among them
 * @param tls of the event bus; null: it is in clear
 */
public record ClusterOptions(
    String name,
    String host,
    int port,
    int eventBusPort,
    List<String> members,
    @Nullable TlsOptions tls) {
  static final String DEFAULT_NAME = "synod";
  static final String DEFAULT_HOST = "127.0.0.1";
  static final int DEFAULT_PORT = 5701;

  public ClusterOptions {
    members = List.copyOf(members);
  }

  /**
   * From JSON; of the fields only {@code members} has no default.
   *
   * @throws ConfigurationException with every problem there is
   */
  public static ClusterOptions read(JsonObject json) {
    Fields fields = new Fields(json);
    ClusterOptions options =
        new ClusterOptions(
            Objects.requireNonNull(fields.text("name", DEFAULT_NAME)),
            Objects.requireNonNull(fields.text("host", DEFAULT_HOST)),
            fields.integer("port", DEFAULT_PORT),
            fields.integer("eventBusPort", 0),
            fields.names("members", List.of()),
            fields.part("tls", TlsOptions::read));
    fields.end();
    List<String> problems = options.problems();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return options;
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (name.isBlank()) {
      problems.add("name: expected a name, got " + Fields.show(name));
    }
    if (host.isBlank()) {
      problems.add("host: expected a name or an address, got " + Fields.show(host));
    }
    port(problems, "port", port, 1);
    port(problems, "eventBusPort", eventBusPort, 0);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < members.size(); i++) {
      String member = members.get(i);
      String path = "members[" + i + "]";
      if (!member.matches(".+:[0-9]{1,5}")) {
        problems.add(path + ": expected host:port, got " + Fields.show(member));
      } else if (!seen.add(member)) {
        problems.add(path + ": expected each node once, got " + Fields.show(member) + " again");
      }
    }
    if (tls != null && tls.ca() == null) {
      problems.add(
          "tls.ca: is missing, expected a file with the CA that signed the nodes' certificates:"
              + " without a CA, every process counts as a node");
    }
    if (tls != null) {
      tls.problems().forEach(problem -> problems.add("tls." + problem));
    }
    if (problems.isEmpty() && !seen.contains(self())) {
      problems.add(
          String.format(
              Locale.ROOT,
              "members: expected this node, %s, among them, got %s",
              Fields.show(self()),
              Fields.show(members)));
    }
    return problems;
  }

  private static void port(List<String> problems, String path, int port, int least) {
    if (port < least || port > 65_535) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: expected a whole number from %d to 65535, got %d",
              path,
              least,
              port));
    }
  }

  /** Returns a copy with another port. */
  ClusterOptions withPort(int actual) {
    return new ClusterOptions(name, host, actual, eventBusPort, members, tls);
  }

  /** This node as it stands among the members. */
  public String self() {
    return host + ":" + port;
  }
}
