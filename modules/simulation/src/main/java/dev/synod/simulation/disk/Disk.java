package dev.synod.simulation.disk;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.storage.snapshot.SnapshotStore;

/** The log of one member, which survives the member's crashes except for its unforced part. */
public interface Disk {
  /** Reads what there is, as a member does when it starts. */
  Recovered open();

  /** Which life of the store this is, and those before. */
  IncarnationHistory incarnationHistory();

  /** Another disk that holds the same, but for what only memory knows. */
  Disk copy();

  /** Appends a record; the number of the last one is {@link #appended}. */
  void append(LogRecord record);

  /** How many records were appended since it was opened. */
  long appended();

  /** How many of them are durable. */
  long durable();

  /** Begins to make durable what was appended so far. */
  void write();

  /** That is done now. */
  void force();

  /** The power is gone: what is not durable may be lost, or not, or in part. */
  void crash();

  /** Bytes written to the log so far, with those that it held when it was opened. */
  long logBytes();

  /** The snapshots beside the log. */
  SnapshotStore snapshots();

  /** The power fails after the next few steps of whatever is done with files. */
  void cutPowerSoon();
}
