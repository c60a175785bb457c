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
 * @param excluded exclusion of this member; null if there is none
 */
public record RecoveredIdentity(
    Epoch epoch, SortedMap<String, Incarnation> met, LogRecord.@Nullable Excluded excluded) {
  /** The identities in an empty log. */
  public static final RecoveredIdentity NONE =
      new RecoveredIdentity(Epoch.FIRST, new TreeMap<>(), null);

  public RecoveredIdentity {
    met = Collections.unmodifiableSortedMap(new TreeMap<>(met));
  }

  /** With what this record says. */
  public RecoveredIdentity after(LogRecord.OfIdentity record) {
    if (record instanceof LogRecord.Met one) {
      TreeMap<String, Incarnation> more = new TreeMap<>(met);
      more.put(one.member(), one.incarnation());
      return new RecoveredIdentity(epoch, more, excluded);
    } else if (record instanceof LogRecord.EpochBegan began) {
      return new RecoveredIdentity(began.epoch(), met, excluded);
    } else if (record instanceof LogRecord.Excluded why) {
      return new RecoveredIdentity(epoch, met, why);
    }
    throw LogRecord.unhandled(record);
  }
}
