package dev.synod.simulation;

import dev.synod.core.Ballot;
import dev.synod.core.Entry;
import dev.synod.core.LogRecord;
import dev.synod.core.Recovered;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The log of one member, of which a crash leaves what was forced, and perhaps some more. */
final class Disk {
  private final List<LogRecord> records = new ArrayList<>();
  private int durable;

  /** The number of the record, from 1. */
  long append(LogRecord record) {
    records.add(record);
    return records.size();
  }

  long appended() {
    return records.size();
  }

  long durable() {
    return durable;
  }

  void force(long lsn) {
    durable = Math.max(durable, (int) lsn);
  }

  /** The records after {@code kept} are gone. */
  void crash(long kept) {
    while (records.size() > Math.max(kept, durable)) {
      records.remove(records.size() - 1);
    }
    durable = records.size();
  }

  /** Reads the log as a member does when it starts. */
  Recovered recover() {
    Ballot promised = Ballot.NONE;
    Ballot campaigned = Ballot.NONE;
    long chosen = 0;
    TreeMap<Long, Entry> entries = new TreeMap<>();
    TreeMap<Long, Entry> learned = new TreeMap<>();
    for (LogRecord record : records) {
      if (record instanceof LogRecord.Promised promise) {
        promised = max(promised, promise.ballot());
      } else if (record instanceof LogRecord.Campaigned campaign) {
        campaigned = max(campaigned, campaign.ballot());
      } else if (record instanceof LogRecord.Accepted accepted) {
        promised = max(promised, accepted.entry().ballot());
        if (!learned.containsKey(accepted.entry().slot())) {
          entries.put(accepted.entry().slot(), accepted.entry());
        }
      } else if (record instanceof LogRecord.Learned entry) {
        learned.put(entry.entry().slot(), entry.entry());
        entries.put(entry.entry().slot(), entry.entry());
      } else if (record instanceof LogRecord.Chosen upTo) {
        chosen = Math.max(chosen, upTo.slot());
      }
    }
    return new Recovered(promised, campaigned, 0, chosen, List.copyOf(entries.values()), List.of());
  }

  private static Ballot max(Ballot one, Ballot other) {
    return one.isBelow(other) ? other : one;
  }
}
