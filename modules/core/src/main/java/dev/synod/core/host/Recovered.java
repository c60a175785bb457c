package dev.synod.core.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.SlotRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member finds in its durable log when it starts.
 *
 * @param promised the highest ballot promised, by accepting too (I6); {@link Ballot#NONE} if none
 * @param campaigned the highest ballot this member has used itself, {@link Ballot#NONE} if none
 * @param floor every slot up to this one is chosen and compacted away
 * @param chosen every slot above the floor up to this one is chosen, and stands in {@code entries};
 *     at least {@code floor}
 * @param entries above the floor, by rising slot; gaps are possible above {@code chosen}
 * @param unknown slots of which a record was damaged: nobody may conclude that nothing was accepted
 *     there
 * @param initialized how the group was born, if the log says so
 * @param left whether this member has left the group for good
 * @param past what is known of who is who
 */
public record Recovered(
    Ballot promised,
    Ballot campaigned,
    long floor,
    long chosen,
    List<Entry> entries,
    List<SlotRange> unknown,
    LogRecord.@Nullable Initialized initialized,
    boolean left,
    RecoveredIdentity past) {
  /** Of a member that has not left. */
  public Recovered(
      Ballot promised,
      Ballot campaigned,
      long floor,
      long chosen,
      List<Entry> entries,
      List<SlotRange> unknown) {
    this(
        promised, campaigned, floor, chosen, entries, unknown, null, false, RecoveredIdentity.NONE);
  }

  /** A new member: an empty log. */
  public static final Recovered NOTHING =
      new Recovered(Ballot.NONE, Ballot.NONE, 0, 0, List.of(), List.of());
}
