package dev.synod.core.host;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The identities in a member's log.
 *
 * @param epoch epoch of this member
 * @param met latest accepted incarnation of each member, by name
 * @param pledgedTo store of the first founder to which this member has pledged itself; 0 if there
 *     is none
 * @param excluded exclusion of this member; null if there is none
 */
public record RecoveredIdentity(
    Epoch epoch,
    SortedMap<String, Incarnation> met,
    long pledgedTo,
    LogRecord.@Nullable Excluded excluded) {
  /** The identities in an empty log. */
  public static final RecoveredIdentity NONE =
      new RecoveredIdentity(Epoch.FIRST, new TreeMap<>(), 0, null);

  public RecoveredIdentity {
    met = Collections.unmodifiableSortedMap(new TreeMap<>(met));
  }

  /** With what this record says. */
  public RecoveredIdentity after(LogRecord.OfIdentity record) {
    if (record instanceof LogRecord.Met one) {
      TreeMap<String, Incarnation> more = new TreeMap<>(met);
      more.put(one.member(), one.incarnation());
      return new RecoveredIdentity(epoch, more, pledgedTo, excluded);
    } else if (record instanceof LogRecord.EpochBegan began) {
      return in(began.epoch());
    } else if (record instanceof LogRecord.Pledged pledge) {
      return new RecoveredIdentity(epoch, met, pledge.store(), excluded);
    } else if (record instanceof LogRecord.Excluded why) {
      return new RecoveredIdentity(epoch, met, pledgedTo, why);
    }
    throw LogRecord.unhandled(record);
  }

  /** Returns these identities in another epoch. */
  public RecoveredIdentity in(Epoch other) {
    return new RecoveredIdentity(other, met, pledgedTo, excluded);
  }
}
