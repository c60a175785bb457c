package dev.synod.bench.peers;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * SOFAJRaft over its own RPC, with its log in RocksDB, as its user guide sets it up; the pipelines
 * and batches are its defaults. The command is given to the leader in its own process.
 */
final class JRaftPeer implements Group.Loaded {
  private final List<RaftGroupService> services = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private int leader;

  private JRaftPeer() {}

  static JRaftPeer open(Scenario scenario, Path directory) throws Exception {
    List<PeerId> peers = new ArrayList<>();
    for (int port : Ports.reserve(scenario.members())) {
      peers.add(new PeerId("127.0.0.1", port));
    }
    JRaftPeer group = new JRaftPeer();
    for (PeerId peer : peers) {
      Path own = directory.resolve("" + peer.getPort());
      Files.createDirectories(own);
      NodeOptions options = new NodeOptions();
      options.setInitialConf(new Configuration(peers));
      options.setElectionTimeoutMs(1_000);
      options.setFsm(new Machine());
      options.setLogUri(own.resolve("log").toString());
      options.setRaftMetaUri(own.resolve("meta").toString());
      options.setSnapshotUri(own.resolve("snapshot").toString());
      options.setSnapshotIntervalSecs(3_600);
      options.getRaftOptions().setSync(scenario.durability().equals("FSYNC"));
      RaftGroupService service = new RaftGroupService("bench", peer, options);
      group.services.add(service);
      group.nodes.add(service.start());
    }
    Until.is("leader", group::findLeader);
    return group;
  }

  private boolean findLeader() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).isLeader()) {
        leader = i;
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
    Node node = nodes.get(leader);
    byte[] value = new byte[step.valueBytes()];
    return ticket -> {
      Closure done =
          status -> {
            if (status.isOk()) {
              ticket.end();
            } else {
              ticket.fail(new IOException(status.toString()));
            }
          };
      return number -> node.apply(new Task(ByteBuffer.wrap(Puts.encode(number, value)), done));
    };
  }

  @Override
  public void close() {
    services.forEach(RaftGroupService::shutdown);
  }

  private static final class Machine extends StateMachineAdapter {
    private final Puts map = new Puts();

    @Override
    public void onApply(Iterator iterator) {
      while (iterator.hasNext()) {
        map.apply(iterator.getData().duplicate());
        Closure done = iterator.done();
        if (done != null) {
          done.run(Status.OK());
        }
        iterator.next();
      }
    }
  }
}
