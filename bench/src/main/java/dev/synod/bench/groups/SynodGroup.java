package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.core.ReadLevel;
import dev.synod.data.ReplicatedMap;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * A group of members in this process, over the clustered event bus or within one Vert.x, asked by a
 * caller on the leader's node.
 *
 * <p>Settings: {@code bus=local}; {@code quorum=n}, so many members are a phase-2 quorum; {@code
 * slowed=n}, so many followers get what comes from the other members {@value #SLOWED_MILLIS} ms
 * late.
 */
final class SynodGroup implements Group.Loaded {
  static final int SLOWED_MILLIS = 5;
  private static final int KEYS = 1_000;
  private static final String[] NAMES =
      IntStream.range(0, KEYS).mapToObj(i -> "key-" + i).toArray(String[]::new);

  /** Of the group in which reads go by a lease. */
  private static final long LEASE_MILLIS = 400;

  private final Cluster nodes;
  private final Members members;
  private final Synod leader;
  private final Context caller;

  private SynodGroup(Cluster nodes, Members members) {
    this.nodes = nodes;
    this.members = members;
    int leads = members.leader();
    this.leader = members.member(leads);
    this.caller = nodes.context(leads);
  }

  static SynodGroup open(Scenario scenario, DataDirectory directory) throws Exception {
    boolean local = scenario.settings().getOrDefault("bus", "").equals("local");
    Cluster nodes =
        local ? Cluster.local(scenario.number("loops", 1)) : Cluster.start(scenario.members());
    try {
      Members members =
          Members.start(nodes, scenario.members(), options(scenario), directory.path());
      SynodGroup group = new SynodGroup(nodes, members);
      group.slow(scenario.number("slowed", 0));
      return group;
    } catch (RuntimeException | Error wrong) {
      nodes.close();
      throw wrong;
    }
  }

  /** What every member of the scenario's group has in common. */
  static SynodOptions options(Scenario scenario) {
    SynodOptions options =
        new SynodOptions().setDurability(Durability.valueOf(scenario.durability()));
    if (scenario.steps().stream().anyMatch(step -> step.operation().equals("lease read"))) {
      options.setLease(LEASE_MILLIS);
    }
    int quorum = scenario.number("quorum", 0);
    return quorum == 0
        ? options
        : options.setQuorum(new JsonObject().put("rule", "counts").put("phase2", quorum));
  }

  /** Holds up what comes in at so many followers: their answers come as late. */
  private void slow(int count) {
    int left = count;
    for (int i = 0; i < members.size() && left > 0; i++) {
      if (members.member(i) != leader) {
        MessageFilter.delay(nodes.node(i), SLOWED_MILLIS);
        left--;
      }
    }
  }

  @Override
  public Executor starter() {
    return task -> caller.runOnContext(ignored -> task.run());
  }

  @Override
  public Operation operation(Step step) {
    return operation(leader, step);
  }

  /** Puts and reads through that member; to be begun on a context of its Vert.x. */
  static Operation operation(Synod member, Step step) {
    ReplicatedMap<Buffer> map = ReplicatedMap.of(member, "bench", Buffer.class);
    Buffer value = Buffer.buffer(new byte[step.valueBytes()]);
    return ticket -> {
      Completable<Object> end = BusFloor.ending(ticket);
      return switch (step.operation()) {
        case "put" -> number -> map.put(key(number), value).onComplete(end);
        case "linearizable read" -> number -> map.get(key(number)).onComplete(end);
        case "lease read" -> number -> map.get(key(number), ReadLevel.LEASE).onComplete(end);
        case "local read" -> number -> map.get(key(number), ReadLevel.LOCAL).onComplete(end);
        default -> throw new IllegalArgumentException("no operation " + step.operation());
      };
    };
  }

  private static String key(long number) {
    return NAMES[(int) (number % KEYS)];
  }

  @Override
  public void close() {
    members.close();
    nodes.close();
  }
}
