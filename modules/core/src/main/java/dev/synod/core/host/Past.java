package dev.synod.core.host;

import dev.synod.core.message.Epoch;
import dev.synod.core.message.Life;
import dev.synod.core.message.LogRecord;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member's log says of who is who.
 *
 * @param epoch the one it lives in
 * @param met the latest life that was heard under each name, by name
 * @param barred why it may not take part any more; null if it may
 */
public record Past(Epoch epoch, SortedMap<String, Life> met, LogRecord.@Nullable Barred barred) {
  /** Of an empty log. */
  public static final Past NONE = new Past(Epoch.BIRTH, new TreeMap<>(), null);

  public Past {
    met = Collections.unmodifiableSortedMap(new TreeMap<>(met));
  }

  /** With what this record says, if it says anything of that. */
  public Past after(LogRecord record) {
    if (record instanceof LogRecord.Met one) {
      TreeMap<String, Life> more = new TreeMap<>(met);
      more.put(one.member(), one.life());
      return new Past(epoch, more, barred);
    } else if (record instanceof LogRecord.EpochBegan began) {
      return new Past(began.epoch(), met, barred);
    }
    return record instanceof LogRecord.Barred why ? new Past(epoch, met, why) : this;
  }
}
