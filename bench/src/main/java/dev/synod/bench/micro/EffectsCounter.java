package dev.synod.bench.micro;

import dev.synod.core.Outcome;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Effects;
import java.util.ArrayList;
import java.util.List;

/** Counts and keeps the effects of a role that is measured on its own. */
final class EffectsCounter implements Effects {
  final List<LogRecord> appended = new ArrayList<>();
  int sent;

  @Override
  public void append(LogRecord record) {
    appended.add(record);
  }

  @Override
  public void send(String member, Message message) {
    sent++;
  }

  @Override
  public void sendAfter(String member, Message message) {
    sent++;
  }

  @Override
  public void complete(long sequence, Outcome outcome) {}

  @Override
  public void completeChange(long number, Outcome outcome) {}

  @Override
  public void left() {}

  @Override
  public void barred(LogRecord.Excluded record) {}

  @Override
  public void refused(String member, ExclusionReason why) {}

  @Override
  public void completeReads(long first, long last, Outcome outcome) {}

  @Override
  public void deliver(Entry entry) {}

  @Override
  public void peerProgress(String member, long chosen) {}

  @Override
  public void needsSnapshot(String member) {}

  @Override
  public SnapshotFiles snapshots() {
    throw new UnsupportedOperationException("no role but the member's own keeps snapshots");
  }

  @Override
  public void heard(Ballot ballot) {}

  @Override
  public void reachable(long acceptors) {}

  @Override
  public void resigned(Ballot ballot) {}
}
