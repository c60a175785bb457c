package dev.synod.bench.micro;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
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
  public void deliver(Entry entry) {}

  @Override
  public void peerProgress(String member, long chosen) {}

  @Override
  public void needsSnapshot(String member) {}

  @Override
  public void heard(Ballot ballot) {}

  @Override
  public void reachable(long acceptors) {}

  @Override
  public void resigned(Ballot ballot) {}
}
