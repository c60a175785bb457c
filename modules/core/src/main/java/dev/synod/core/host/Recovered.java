package dev.synod.core.host;

import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.SkippedCommand;
import dev.synod.core.message.SlotRange;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a member's durable log at its start.
 *
 * @param promised highest promised ballot, by a promise or an accepted value (I6); {@link
 *     Ballot#NONE} if there is none
 * @param campaigned highest ballot that this member has used for its own proposals; {@link
 *     Ballot#NONE} if there is none
 * @param floor slot up to which every slot is chosen and compacted
 * @param chosen slot up to which every slot above the floor is chosen and part of {@code entries};
 *     at least {@code floor}
 * @param entries values above the floor in rising order of the slots; gaps are possible above
 *     {@code chosen}
 * @param unknown slots with a damaged record: their absence from {@code entries} does not mean that
 *     nothing was accepted
 * @param initialized initial configuration of the group; null if the log does not hold it
 * @param left whether this member has left the group permanently
 * @param longestLease longest lease that this member may have granted, in milliseconds; 0 if it has
 *     granted none
 * @param skipped commands that no member of the group applies
 * @param past identities of the members. If the log names no birth, because an earlier version
 *     wrote it, the birth is that of the initial configuration without stores, which is the same on
 *     all members
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
    long longestLease,
    List<SkippedCommand> skipped,
    RecoveredIdentity past) {
  public Recovered {
    skipped = List.copyOf(skipped);
    if (initialized != null && past.epoch().birth() == 0) {
      long birth =
          new Foundation(initialized.alpha(), initialized.configuration(), List.of())
              .birth(Collections.emptySortedMap());
      past = past.in(past.epoch().of(birth));
    }
  }

  /** Creates the contents of the log of a member that has not left. */
  public Recovered(
      Ballot promised,
      Ballot campaigned,
      long floor,
      long chosen,
      List<Entry> entries,
      List<SlotRange> unknown) {
    this(
        promised,
        campaigned,
        floor,
        chosen,
        entries,
        unknown,
        null,
        /* left= */ false,
        /* longestLease= */ 0,
        List.of(),
        RecoveredIdentity.NONE);
  }

  /** The empty log of a new member. */
  public static final Recovered NOTHING =
      new Recovered(Ballot.NONE, Ballot.NONE, 0, 0, List.of(), List.of());

  /** Returns these contents as those of a member of the group with this initial configuration. */
  public Recovered of(LogRecord.Initialized group) {
    return new Recovered(
        promised,
        campaigned,
        floor,
        chosen,
        entries,
        unknown,
        group,
        left,
        longestLease,
        skipped,
        past);
  }
}
