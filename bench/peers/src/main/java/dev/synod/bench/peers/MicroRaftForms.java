package dev.synod.bench.peers;

import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStoreSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What MicroRaft's store keeps, as bytes: it leaves the form to its user. */
final class MicroRaftForms implements RaftStoreSerializer {
  private final RaftModelFactory models;

  MicroRaftForms(RaftModelFactory models) {
    this.models = models;
  }

  @FunctionalInterface
  private interface Writer<T> {
    void write(T value, DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static <T> Serializer<T> form(Writer<T> writer, Reader<T> reader) {
    return new Serializer<>() {
      @Override
      public byte[] serialize(T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
          writer.write(value, new DataOutputStream(bytes));
        } catch (IOException never) {
          throw new UncheckedIOException(never);
        }
        return bytes.toByteArray();
      }

      @Override
      public T deserialize(byte[] bytes) {
        try {
          return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException damaged) {
          throw new UncheckedIOException(damaged);
        }
      }
    };
  }

  @Override
  public Serializer<RaftGroupMembersView> raftGroupMembersViewSerializer() {
    return form(MicroRaftForms::view, this::view);
  }

  @Override
  public Serializer<RaftEndpoint> raftEndpointSerializer() {
    return form(MicroRaftForms::endpoint, MicroRaftForms::endpoint);
  }

  @Override
  public Serializer<LogEntry> logEntrySerializer() {
    return form(
        (entry, out) -> {
          out.writeLong(entry.getIndex());
          out.writeInt(entry.getTerm());
          operation(entry.getOperation(), out);
        },
        in ->
            models
                .createLogEntryBuilder()
                .setIndex(in.readLong())
                .setTerm(in.readInt())
                .setOperation(operation(in))
                .build());
  }

  @Override
  public Serializer<SnapshotChunk> snapshotChunkSerializer() {
    return form(
        (chunk, out) -> {
          out.writeLong(chunk.getIndex());
          out.writeInt(chunk.getTerm());
          operation(chunk.getOperation(), out);
          out.writeInt(chunk.getSnapshotChunkIndex());
          out.writeInt(chunk.getSnapshotChunkCount());
          view(chunk.getGroupMembersView(), out);
        },
        in ->
            models
                .createSnapshotChunkBuilder()
                .setIndex(in.readLong())
                .setTerm(in.readInt())
                .setOperation(operation(in))
                .setSnapshotChunkIndex(in.readInt())
                .setSnapshotChunkCount(in.readInt())
                .setGroupMembersView(view(in))
                .build());
  }

  @Override
  public Serializer<RaftEndpointPersistentState> raftEndpointPersistentStateSerializer() {
    return form(
        (state, out) -> {
          endpoint(state.getLocalEndpoint(), out);
          out.writeBoolean(state.isVoting());
        },
        in ->
            models
                .createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(endpoint(in))
                .setVoting(in.readBoolean())
                .build());
  }

  @Override
  public Serializer<RaftTermPersistentState> raftTermPersistentState() {
    return form(
        (state, out) -> {
          out.writeInt(state.getTerm());
          out.writeBoolean(state.getVotedFor() != null);
          if (state.getVotedFor() != null) {
            endpoint(state.getVotedFor(), out);
          }
        },
        in -> {
          var builder = models.createRaftTermPersistentStateBuilder().setTerm(in.readInt());
          return in.readBoolean() ? builder.setVotedFor(endpoint(in)).build() : builder.build();
        });
  }

  private static void view(RaftGroupMembersView view, DataOutputStream out) throws IOException {
    out.writeLong(view.getLogIndex());
    endpoints(view.getMembers(), out);
    endpoints(view.getVotingMembers(), out);
  }

  private RaftGroupMembersView view(DataInputStream in) throws IOException {
    return models
        .createRaftGroupMembersViewBuilder()
        .setLogIndex(in.readLong())
        .setMembers(endpoints(in))
        .setVotingMembers(endpoints(in))
        .build();
  }

  private static void endpoints(Collection<RaftEndpoint> all, DataOutputStream out)
      throws IOException {
    out.writeInt(all.size());
    for (RaftEndpoint each : all) {
      endpoint(each, out);
    }
  }

  private static List<RaftEndpoint> endpoints(DataInputStream in) throws IOException {
    List<RaftEndpoint> all = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      all.add(endpoint(in));
    }
    return all;
  }

  private static void endpoint(RaftEndpoint endpoint, DataOutputStream out) throws IOException {
    out.writeUTF(endpoint.getId().toString());
  }

  private static RaftEndpoint endpoint(DataInputStream in) throws IOException {
    return new MicroRaftPeer.Endpoint(in.readUTF());
  }

  /** Puts are bytes; what a new leader writes is a word. */
  private static void operation(Object operation, DataOutputStream out) throws IOException {
    boolean put = operation instanceof byte[];
    out.writeBoolean(put);
    if (operation instanceof byte[] bytes) {
      out.writeInt(bytes.length);
      out.write(bytes);
    } else {
      out.writeUTF(operation.toString());
    }
  }

  private static Object operation(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readNBytes(in.readInt()) : in.readUTF();
  }
}
