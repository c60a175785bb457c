package dev.synod.core.replica;

import dev.synod.core.StateMachine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The state machine of a member that hosts none: the member stores the log and the configuration
 * for the others, and it neither returns results nor takes snapshots of its own.
 */
public final class Witness implements StateMachine {
  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    return new byte[0];
  }

  @Override
  public byte[] query(ByteBuffer question) {
    throw new IllegalStateException("this member hosts no state machine");
  }

  @Override
  public void snapshot(DataOutput out) {
    throw new IllegalStateException("this member hosts no state machine");
  }

  @Override
  public void restore(DataInput in) {
    throw new IllegalStateException("this member hosts no state machine");
  }

  /** Skips the state of the snapshot. */
  @Override
  public Runnable prepare(InputStream in) throws IOException {
    byte[] passed = new byte[8 << 10];
    while (in.read(passed) >= 0) {
      // The caller verifies the checksum of the snapshot.
    }
    return () -> {};
  }

  @Override
  public long hash() {
    return 0;
  }
}
