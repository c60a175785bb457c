package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Jvm;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A group whose members are a process each. The first is this process, and leads, because the
 * others wait longer before they stand for election; so the caller is on the leader's node here as
 * well.
 */
public final class ProcessGroup implements Group.Loaded {
  private static final long OTHERS_ELECTION_MILLIS = 20_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final List<Process> others = new ArrayList<>();
  private @Nullable Cluster node;
  private @Nullable Synod member;
  private @Nullable Context caller;

  private ProcessGroup() {}

  static ProcessGroup open(Scenario scenario, DataDirectory directory) throws Exception {
    ProcessGroup group = new ProcessGroup();
    try {
      group.start(scenario, directory.path());
      return group;
    } catch (Exception | Error wrong) {
      group.close();
      throw wrong;
    }
  }

  private void start(Scenario scenario, Path directory) throws Exception {
    String name = "synod-bench-" + UUID.randomUUID();
    List<Integer> ports = Ports.reserve(scenario.members());
    List<String> names = Members.names(scenario.members());
    // First of all: the others find the cluster then, instead of founding it together.
    Cluster here = Cluster.member(name, ports.get(0), ports);
    node = here;
    for (int i = 1; i < scenario.members(); i++) {
      SynodOptions options =
          Members.options(SynodGroup.options(scenario), names, i, directory)
              .setElectionTimeout(OTHERS_ELECTION_MILLIS);
      JsonObject told =
          new JsonObject()
              .put("cluster", name)
              .put("ports", new JsonArray(ports))
              .put("number", i)
              .put("options", options.toJson());
      others.add(
          new ProcessBuilder(
                  Jvm.command(
                      List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"), "member", told.encode()))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }
    SynodOptions options = Members.options(SynodGroup.options(scenario), names, 0, directory);
    Synod first = Cluster.await(Synod.start(here.node(0), options));
    member = first;
    awaitLeading(first);
    caller = here.context(0);
  }

  private void awaitLeading(Synod first) {
    long began = System.nanoTime();
    while (!Cluster.await(first.status()).state().equals("leading")) {
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        throw new IllegalStateException("the first of the processes came not to lead within 60 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Is one of the other members, until its standard input ends. */
  public static void member(String told) throws IOException {
    JsonObject json = new JsonObject(told);
    List<Integer> ports = json.getJsonArray("ports").stream().map(Integer.class::cast).toList();
    Cluster here =
        Cluster.member(json.getString("cluster"), ports.get(json.getInteger("number")), ports);
    Cluster.await(Synod.start(here.node(0), new SynodOptions(json.getJsonObject("options"))));
    while (System.in.read() >= 0) {
      // The first process says nothing; when it has ended, so does this one.
    }
    Runtime.getRuntime().halt(0);
  }

  @Override
  public Operation operation(Step step) {
    if (member == null) {
      throw new IllegalStateException("the group has not been started");
    }
    return SynodGroup.operation(member, step);
  }

  @Override
  public Executor starter() {
    Context on = caller;
    if (on == null) {
      throw new IllegalStateException("the group has not been started");
    }
    return task -> on.runOnContext(ignored -> task.run());
  }

  @Override
  public void close() {
    if (member != null) {
      Cluster.await(member.close());
    }
    others.forEach(Process::destroyForcibly);
    if (node != null) {
      node.close();
    }
  }
}
