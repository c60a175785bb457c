package dev.synod.app.command;

import dev.synod.app.node.ClusterOptions;
import dev.synod.app.node.Node;
import dev.synod.app.node.NodeOptions;
import dev.synod.app.node.RunningNodes;
import dev.synod.app.terminal.CommandFailure;
import dev.synod.app.terminal.ExitCode;
import dev.synod.app.terminal.IoMessages;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Status;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code synod demo}. */
@Command(
    name = "demo",
    description = {
      "Runs three members in this process, clustered over loopback, each with its page.",
      "They keep their data: run it again and it is all there."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final List<String> MEMBERS = List.of("a", "b", "c");
  private static final String HOST = "127.0.0.1";
  private static final String SETUP_FILE = "demo.json";
  private static final long LEADER_SECONDS = 10;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "Of the first page; the next two take the next two. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      defaultValue = "data/demo",
      paramLabel = "DIR",
      description = "Where the members keep their logs. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data", "demo");

  @Option(
      names = "--quorum",
      paramLabel = "JSON",
      description =
          "As in a configuration: '{\"rule\":\"counts\",\"phase1\":3,\"phase2\":2}'. Default:"
              + " majority.")
  private @Nullable String quorum;

  @Option(
      names = "--allow-single-copy",
      description = "Allows quorums that decide with one copy, which one disk can lose.")
  private boolean allowSingleCopy;

  @Option(
      names = "--durability",
      defaultValue = "FSYNC",
      paramLabel = "HOW",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Durability durability = Durability.FSYNC;

  @Override
  public Integer call() throws Exception {
    keepInitialQuorum(synod(MEMBERS.get(0)));
    List<Node> nodes = start();
    System.out.println("Synod demo: three members in this process");
    nodes.forEach(node -> System.out.println(node.describe()));
    System.out.println(summary(nodes.get(0)));
    System.out.println("Open " + nodes.get(0).url() + "/ - Ctrl-C ends it, the data stays.");
    RunningNodes.untilStopped(nodes);
    return ExitCode.DONE;
  }

  /**
   * Starts the nodes one after the other. The operating system chooses the ports of the cluster,
   * and each node receives the addresses of the nodes before it: a port that was free a moment ago
   * may be in use now.
   */
  private List<Node> start() throws Exception {
    List<Node> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < MEMBERS.size(); i++) {
        List<String> cluster =
            nodes.stream().map(Node::clusterAddress).filter(Objects::nonNull).toList();
        nodes.add(await(Node.start(options(i, cluster))));
      }
      return nodes;
    } catch (Exception failure) {
      await(Future.join(nodes.stream().map(Node::close).toList()).otherwiseEmpty());
      throw failure;
    }
  }

  private NodeOptions options(int number, List<String> cluster) {
    List<String> peers = new ArrayList<>();
    for (int peer = 0; peer < MEMBERS.size(); peer++) {
      if (peer != number) {
        peers.add("http://" + HOST + ":" + (port + peer));
      }
    }
    return new NodeOptions(
        synod(MEMBERS.get(number)),
        new ClusterOptions("synod-demo", HOST, 0, 0, cluster, null),
        new WebOptions().setHost(HOST).setPort(port + number).setPeers(peers).validate());
  }

  private SynodOptions synod(String member) {
    return new SynodOptions()
        .setGroup("demo")
        .setMember(member)
        .setMembers(MEMBERS)
        .setQuorum(quorum())
        .setAllowSingleCopy(allowSingleCopy)
        .setDurability(durability)
        .setDataDirectory(data.resolve(member).toAbsolutePath().normalize().toString())
        .validate();
  }

  private @Nullable JsonObject quorum() {
    try {
      return quorum == null || quorum.equals("majority") ? null : new JsonObject(quorum);
    } catch (DecodeException wrong) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--quorum: expected JSON such as {\"rule\":\"counts\",\"phase2\":2}, got " + quorum);
    }
  }

  /** Other quorums than those a log was written with may not meet them: agreement would be lost. */
  private void keepInitialQuorum(SynodOptions options) {
    JsonObject initial = new JsonObject().put("members", options.getMembers());
    JsonObject given = options.getQuorum();
    initial.put("quorum", given == null ? new JsonObject().put("rule", "majority") : given);
    Path file = data.resolve(SETUP_FILE);
    try {
      Files.createDirectories(data);
      if (!Files.exists(file)) {
        Files.writeString(file, initial.encodePrettily() + "\n");
      } else if (!new JsonObject(Files.readString(file)).equals(initial)) {
        throw new ConfigurationException(
            List.of(
                String.format(
                        Locale.ROOT,
                        "%s: the data there was written with the quorums %s, which must stay as they are: run",
                        file,
                        new JsonObject(Files.readString(file)).getValue("quorum"))
                    + " the demo with them, or with another --data"));
      }
    } catch (DecodeException broken) {
      throw new ConfigurationException(
          List.of(file + ": is not as the demo wrote it: take another --data"));
    } catch (IOException broken) {
      throw new CommandFailure(
          ExitCode.IO, "--data: " + data + " cannot be written: " + IoMessages.of(broken));
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }

  private static String summary(Node node) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
    while (true) {
      Status status = await(node.status());
      boolean allUp = status.canCommit() && status.reachable().size() == MEMBERS.size();
      if (allUp || System.nanoTime() > until) {
        return status.summary();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
