package dev.synod.web.impl.feed;

import dev.synod.data.map.Change;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.SlotChanges;
import dev.synod.web.impl.http.Problem;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** The hub's reply to a watcher. */
sealed interface HubReply {
  /**
   * The next changes.
   *
   * @param slots changes by slot
   * @param upTo slot up to which there are no other changes
   * @param complete whether these are all changes so far; later ones arrive live
   */
  record Changes(List<SlotChanges> slots, long upTo, boolean complete) implements HubReply {}

  /**
   * A page of a snapshot. Together with the earlier pages it contains all keys up to its last one,
   * as of {@code slot}. A page without entries that is not the last one only takes the earlier
   * pages to a later slot.
   *
   * @param first whether a new snapshot starts, which voids the pages of an earlier one
   * @param patches changes of the keys of earlier pages since those pages were read
   */
  record Page(
      boolean first, boolean last, long slot, List<MapEntry<Buffer>> entries, List<Change> patches)
      implements HubReply {}

  /** A refusal; no further reply follows. */
  record Refused(Problem problem, String message) implements HubReply {}
}
