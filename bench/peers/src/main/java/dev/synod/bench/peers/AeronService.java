package dev.synod.bench.peers;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/** The replicated map: a message is the number of its caller, which is answered, and a put. */
final class AeronService implements ClusteredService {
  private final Puts map = new Puts();
  private @Nullable IdleStrategy idle;

  @Override
  public void onStart(Cluster cluster, @Nullable Image snapshot) {
    idle = cluster.idleStrategy();
  }

  @Override
  public void onSessionMessage(
      ClientSession session,
      long timestamp,
      DirectBuffer buffer,
      int offset,
      int length,
      Header header) {
    byte[] put = new byte[length - Integer.BYTES];
    buffer.getBytes(offset + Integer.BYTES, put);
    map.apply(ByteBuffer.wrap(put));
    IdleStrategy waiting = idle;
    // Refused for want of room now and then: try until it is taken, as the tutorial does.
    while (session.offer(buffer, offset, Integer.BYTES) < 0 && waiting != null) {
      waiting.idle();
    }
  }

  @Override
  public void onSessionOpen(ClientSession session, long timestamp) {}

  @Override
  public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

  @Override
  public void onTimerEvent(long correlationId, long timestamp) {}

  @Override
  public void onTakeSnapshot(ExclusivePublication publication) {}

  @Override
  public void onRoleChange(Cluster.Role role) {}

  @Override
  public void onTerminate(Cluster cluster) {}
}
