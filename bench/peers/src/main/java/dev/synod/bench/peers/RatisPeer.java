package dev.synod.bench.peers;

import dev.synod.bench.load.Group;
import dev.synod.bench.load.Operation;
import dev.synod.bench.load.Scenario;
import dev.synod.bench.load.Step;
import dev.synod.fuzzing.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Apache Ratis over gRPC with its asynchronous client, as in its examples. */
final class RatisPeer implements Group.Loaded {
  private static final int MOST_OUTSTANDING = 4_096;

  private final List<RaftServer> servers = new ArrayList<>();
  private final RaftClient client;

  private RatisPeer(List<RaftServer> servers, RaftClient client) {
    this.servers.addAll(servers);
    this.client = client;
  }

  static RatisPeer open(Scenario scenario, Path directory) throws Exception {
    List<RaftPeer> peers = new ArrayList<>();
    for (int port : Ports.reserve(scenario.members())) {
      peers.add(
          RaftPeer.newBuilder().setId("n" + peers.size()).setAddress("127.0.0.1:" + port).build());
    }
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId(), peers);
    List<RaftServer> servers = new ArrayList<>();
    for (RaftPeer peer : peers) {
      RaftProperties properties = new RaftProperties();
      RaftServerConfigKeys.setStorageDir(
          properties, List.of(directory.resolve(peer.getId().toString()).toFile()));
      GrpcConfigKeys.Server.setPort(
          properties, Integer.parseInt(peer.getAddress().replaceFirst(".*:", "")));
      RaftServer server =
          RaftServer.newBuilder()
              .setGroup(group)
              .setProperties(properties)
              .setServerId(peer.getId())
              .setStateMachine(new Machine())
              .build();
      server.start();
      servers.add(server);
    }
    RaftProperties properties = new RaftProperties();
    RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, MOST_OUTSTANDING);
    RaftClient client =
        RaftClient.newBuilder().setProperties(properties).setRaftGroup(group).build();
    client.io().send(Message.valueOf(bytes(0, new byte[1]))); // until there is a leader
    return new RatisPeer(servers, client);
  }

  private static ByteString bytes(long number, byte[] value) {
    return UnsafeByteOperations.unsafeWrap(Puts.encode(number, value));
  }

  @Override
  public Executor starter() {
    return Runnable::run;
  }

  @Override
  public Operation operation(Step step) {
    byte[] value = new byte[step.valueBytes()];
    return ticket ->
        number ->
            Endings.end(
                client
                    .async()
                    .send(Message.valueOf(bytes(number, value)))
                    .thenAccept(RatisPeer::check),
                ticket);
  }

  private static void check(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException("refused: " + reply);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    for (RaftServer server : servers) {
      server.close();
    }
  }

  private static final class Machine extends BaseStateMachine {
    private final Puts map = new Puts();

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      ByteBuffer put =
          transaction.getLogEntry().getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
      map.apply(put);
      updateLastAppliedTermIndex(
          transaction.getLogEntry().getTerm(), transaction.getLogEntry().getIndex());
      return CompletableFuture.completedFuture(Message.EMPTY);
    }
  }
}
