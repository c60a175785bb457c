package dev.synod.data.coordination;

import dev.synod.core.Outcome;
import dev.synod.core.ReadLevel;
import dev.synod.core.StateMachine;
import dev.synod.core.StateMachines;
import dev.synod.data.claim.ClaimView;
import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import dev.synod.simulation.cluster.Cluster;
import dev.synod.simulation.cluster.Load;
import dev.synod.simulation.cluster.SimulatedClient;
import dev.synod.simulation.cluster.SimulatedNode;
import dev.synod.simulation.oracle.CheckedStateMachine;
import dev.synod.simulation.oracle.Oracle;
import dev.synod.simulation.plan.Plan;
import dev.synod.simulation.world.Violation;
import dev.synod.simulation.world.World;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Clients that count, lock and release under every fault. An addition of 1 has its place in the
 * order in its result, so a counter is linearizable if results are unique and no request sees less
 * than a request that ended before it began. The same holds for the tokens of a lock.
 */
final class CoordinationLoad implements Load {
  private static final int NAMES = 2;

  /** A request that ended with a number: the value of a counter or the token of a lock. */
  private record Seen(String object, long invoked, long returned, long number, boolean unique) {}

  private final Plan plan;
  private final List<Seen> history = new ArrayList<>();

  CoordinationLoad(Plan plan) {
    this.plan = plan;
  }

  @Override
  public StateMachine machine(Oracle.Replica replica) {
    return new CheckedStateMachine<>(
        new CoordinationMachine(), CoordinationLoad::oneHolder, replica);
  }

  private static void oneHolder(CoordinationMachine machine) {
    for (int name = 0; name < NAMES; name++) {
      ByteBuffer answer = ByteBuffer.wrap(machine.query(unaddressed(holders(name))));
      if (answer.getInt() > 1) {
        throw new AssertionError("lock " + name + " has two holders");
      }
    }
    ClaimView holder = machine.granted(ResourceKind.LOCK, "0");
    if (holder != null && holder.token() <= 0) {
      throw new AssertionError("a holder without a token");
    }
  }

  private static byte[] holders(int name) {
    return CoordinationCodec.resource(ResourceKind.LOCK.code(), name(name), 0);
  }

  private static byte[] name(int name) {
    return Integer.toString(name).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer unaddressed(byte[] bytes) {
    return ByteBuffer.wrap(stripped(bytes));
  }

  /** The simulated member has one state machine, which needs no address. */
  private static byte[] stripped(byte[] bytes) {
    int address = StateMachines.address(CoordinationMachine.NAME, 0).length;
    return Arrays.copyOfRange(bytes, address, bytes.length);
  }

  @Override
  public byte[] probe(RandomGenerator random, long number) {
    return add("probe".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] add(byte[] name) {
    return stripped(CoordinationCodec.of(CoordinationCodec.ADD, name, 1));
  }

  @Override
  public List<SimulatedClient> clients(Cluster cluster) {
    List<SimulatedClient> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new Client(cluster));
    }
    return clients;
  }

  @Override
  public void forced(UnaryOperator<byte[]> query, World world) {
    history.clear();
  }

  @Override
  public void conclude(Oracle oracle) {
    for (String object : history.stream().map(Seen::object).distinct().sorted().toList()) {
      check(history.stream().filter(seen -> seen.object().equals(object)).toList());
    }
  }

  /** No request sees less than what another one had seen before it began. */
  static void check(List<Seen> all) {
    List<Seen> begun = new ArrayList<>(all);
    begun.sort(Comparator.comparingLong(Seen::invoked));
    List<Seen> ended = new ArrayList<>(all);
    ended.sort(Comparator.comparingLong(Seen::returned));
    long most = 0;
    int at = 0;
    for (Seen seen : begun) {
      for (; ended.get(at).returned() < seen.invoked(); at++) {
        most = Math.max(most, ended.get(at).number());
      }
      if (seen.number() < (seen.unique() ? most + 1 : most)) {
        throw new Violation("not linearizable: " + seen + " after " + most);
      }
    }
    List<Long> unique = all.stream().filter(Seen::unique).map(Seen::number).toList();
    if (unique.stream().distinct().count() < unique.size()) {
      throw new Violation("two requests had the same result: " + all.get(0).object());
    }
  }

  private final class Client extends SimulatedClient {
    private static final int RENEW = 3;

    private final long lease = 50L + world.random.nextInt(500);
    private String object = "";
    private long claim;
    private boolean claims;

    Client(Cluster cluster) {
      super(cluster, plan.pause());
    }

    @Override
    public void request(SimulatedNode node) {
      int name = world.random.nextInt(NAMES);
      long number = world.number();
      object = "";
      claims = false;
      switch (world.random.nextInt(5)) {
        case 0 -> read(node, number, name);
        case 1 -> {
          object = "counter " + name;
          submit(node, number, add(name(name)));
        }
        case 2 -> {
          object = "lock " + name;
          claims = true;
          claim = number;
          submit(node, number, acquire(number, name));
        }
        case RENEW ->
            submit(node, number, stripped(CoordinationCodec.of(CoordinationCodec.RENEW, lease)));
        default ->
            submit(node, number, stripped(CoordinationCodec.of(CoordinationCodec.RELEASE, claim)));
      }
    }

    private byte[] acquire(long number, int name) {
      long wait = world.random.nextInt(3) * 100L;
      Claims.Request request =
          new Claims.Request(
              ResourceKind.LOCK, "", number, 1, 1, wait, lease, new byte[] {1, 0, 2});
      return stripped(CoordinationCodec.acquire(request, name(name)));
    }

    private void read(SimulatedNode node, long invoked, int name) {
      byte[] question = stripped(CoordinationCodec.of(CoordinationCodec.COUNTER, name(name)));
      ReadLevel level = plan.sessions().lease() > 0 ? ReadLevel.LEASE : ReadLevel.LINEARIZABLE;
      node.read(
          level,
          question,
          answer -> {
            if (answer != null) {
              long value = ByteBuffer.wrap(answer.bytes()).getLong();
              history.add(new Seen("counter " + name, invoked, world.number(), value, false));
            }
            again(node);
          });
    }

    @Override
    public void ended(long number, Outcome outcome) {
      if (outcome instanceof Outcome.Rejected rejected) {
        throw new Violation("a good command was rejected: " + rejected.reason());
      }
      if (outcome instanceof Outcome.Applied applied && !object.isEmpty()) {
        ByteBuffer result = ByteBuffer.wrap(applied.result());
        boolean granted = !claims || result.get() == Claims.Answer.GRANTED.code();
        if (granted) {
          history.add(new Seen(object, number, world.number(), result.getLong(), true));
        }
      }
    }
  }
}
