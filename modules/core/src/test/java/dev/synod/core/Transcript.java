package dev.synod.core;

import dev.synod.core.host.Host;
import dev.synod.core.host.SnapshotFiles;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.paxos.Effects;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a role or a member wants done, to be read like a transcript. */
public class Transcript implements Host, Effects {
  private final List<String> lines = new ArrayList<>();

  /** What was written and not taken yet. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Writes a line. */
  protected void write(String line) {
    lines.add(line);
  }

  /** What was written since the last time. */
  public List<String> take() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    return taken;
  }

  @Override
  public void append(LogRecord record) {
    lines.add("append " + record);
  }

  @Override
  public void send(String member, Message message) {
    lines.add("send " + member + " " + message);
  }

  @Override
  public void sendAfter(String member, Message message) {
    lines.add("after " + member + " " + message);
  }

  @Override
  public void complete(long sequence, Outcome outcome) {
    lines.add("complete " + sequence + " " + outcome);
  }

  @Override
  public void completeReads(long first, long last, Outcome outcome) {
    lines.add("reads " + first + " to " + last + " " + outcome);
  }

  @Override
  public void completeChange(long number, Outcome outcome) {
    lines.add("change " + number + " " + outcome);
  }

  @Override
  public void left() {
    lines.add("left");
  }

  @Override
  public void barred(LogRecord.Excluded record) {
    lines.add("barred " + record.why());
  }

  @Override
  public void refused(String member, ExclusionReason why, List<String> differences) {
    lines.add("refused " + member + " " + why + (differences.isEmpty() ? "" : " " + differences));
  }

  @Override
  public void unfounded(String member, List<String> differences) {
    lines.add("unfounded " + member + " " + differences);
  }

  @Override
  public void deliver(Entry entry) {
    lines.add("deliver " + entry);
  }

  @Override
  public void peerProgress(String member, long chosen) {
    lines.add("knows " + member + " " + chosen);
  }

  @Override
  public void needsSnapshot(String member) {
    lines.add("below " + member);
  }

  @Override
  public SnapshotFiles snapshots() {
    throw new UnsupportedOperationException("this test keeps no snapshots");
  }

  @Override
  public void heard(Ballot ballot) {
    lines.add("heard " + ballot);
  }

  @Override
  public void reachable(long acceptors) {
    lines.add("reachable " + acceptors);
  }

  @Override
  public void resigned(Ballot ballot) {
    lines.add("resigned " + ballot);
  }
}
