package dev.synod.bench.peers;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.executor.RaftNodeExecutor;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import io.microraft.statemachine.StateMachine;
import io.microraft.store.sqlite.RaftSqliteStore;
import io.microraft.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MicroRaft, which brings neither a network nor a store: members call each other's methods here,
 * and either nothing is stored, or its own SQLite module stores it. A thread for each member.
 */
final class MicroRaftPeer implements Group.Loaded {
  /** A member. */
  record Endpoint(String id) implements RaftEndpoint {
    @Override
    public Object getId() {
      return id;
    }
  }

  private final Map<Object, RaftNode> nodes = new ConcurrentHashMap<>();
  private final List<Threads> threads = new ArrayList<>();
  private @Nullable RaftNode leader;

  private MicroRaftPeer() {}

  static MicroRaftPeer open(Scenario scenario, Path directory) throws Exception {
    List<RaftEndpoint> members = new ArrayList<>();
    for (int i = 0; i < scenario.members(); i++) {
      members.add(new Endpoint("n" + i));
    }
    MicroRaftPeer group = new MicroRaftPeer();
    for (RaftEndpoint member : members) {
      Threads own = new Threads();
      group.threads.add(own);
      DefaultRaftModelFactory models = new DefaultRaftModelFactory();
      RaftNode.RaftNodeBuilder builder =
          RaftNode.newBuilder()
              .setGroupId("bench")
              .setLocalEndpoint(member)
              .setInitialGroupMembers(members)
              .setExecutor(own)
              .setModelFactory(models)
              .setTransport(group.new Calls())
              .setStateMachine(new Machine());
      if (scenario.durability().equals("FSYNC")) {
        builder.setStore(
            RaftSqliteStore.create(
                directory.resolve(member.getId() + ".db").toFile(),
                models,
                new MicroRaftForms(models)));
      }
      group.nodes.put(member.getId(), builder.build());
    }
    for (RaftNode node : group.nodes.values()) {
      var unused = node.start(); // a leader is waited for, which says more
    }
    Until.is("leader", group::findLeader);
    return group;
  }

  private boolean findLeader() {
    for (RaftNode node : nodes.values()) {
      RaftEndpoint leads = node.getTerm().getLeaderEndpoint();
      if (leads != null) {
        leader = nodes.get(leads.getId());
        return true;
      }
    }
    return false;
  }

  @Override
  public Executor starter() {
    return Runnable::run;
  }

  @Override
  public Operation operation(Step step) {
    RaftNode node = leader;
    if (node == null) {
      throw new IllegalStateException("there is no leader");
    }
    byte[] value = new byte[step.valueBytes()];
    return ticket -> number -> Endings.end(node.replicate(Puts.encode(number, value)), ticket);
  }

  @Override
  public void close() {
    for (RaftNode node : nodes.values()) {
      var unused = node.terminate(); // its process ends
    }
    threads.forEach(Threads::stop);
  }

  /** A method call for a network. */
  private final class Calls implements Transport {
    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
      RaftNode node = nodes.get(target.getId());
      if (node != null) {
        node.handle(message);
      }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
      return nodes.containsKey(endpoint.getId());
    }
  }

  /**
   * One thread with a plain queue; the default's is one that keeps everything sorted by time, which
   * costs it more.
   */
  private static final class Threads implements RaftNodeExecutor {
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

    @Override
    public void execute(Runnable task) {
      one.execute(task);
    }

    @Override
    public void submit(Runnable task) {
      one.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
      var unused = later.schedule(() -> one.execute(task), delay, unit);
    }

    void stop() {
      later.shutdownNow();
      one.shutdownNow();
    }
  }

  private static final class Machine implements StateMachine {
    private final Puts map = new Puts();

    @Override
    public @Nullable Object runOperation(long index, Object operation) {
      if (operation instanceof byte[] put) {
        map.apply(ByteBuffer.wrap(put));
      }
      return null;
    }

    @Override
    public void takeSnapshot(long index, Consumer<Object> chunks) {
      chunks.accept(map.snapshot());
    }

    @Override
    public void installSnapshot(long index, List<Object> chunks) {
      map.restore((byte[]) chunks.get(0));
    }

    @Override
    public Object getNewTermOperation() {
      return "new term";
    }
  }
}
