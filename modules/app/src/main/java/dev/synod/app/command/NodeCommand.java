package dev.synod.app.command;

import dev.synod.app.node.Node;
import dev.synod.app.node.NodeOptions;
import dev.synod.app.node.RunningNodes;
import dev.synod.app.terminal.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code synod node --config FILE}. */
@Command(
    name = "node",
    description = "Runs one member of a group, as a file describes it, until it is told to end.")
public final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "JSON with the parts synod, cluster and web; see config/three/a.json.")
  private @Nullable Path config;

  @Override
  public Integer call() throws Exception {
    if (config == null) {
      throw new IllegalStateException("picocli did not insist on --config");
    }
    NodeOptions options = NodeOptions.read(config);
    Node node = Node.start(options).toCompletionStage().toCompletableFuture().get();
    System.out.println(node.describe());
    RunningNodes.untilStopped(List.of(node));
    return ExitCode.DONE;
  }
}
