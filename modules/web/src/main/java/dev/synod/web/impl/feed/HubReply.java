package dev.synod.web.impl.feed;

import dev.synod.data.map.Change;
import dev.synod.data.map.MapEntry;
import dev.synod.data.map.SlotChanges;
import dev.synod.web.impl.http.Problem;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What the hub has for a watcher. */
sealed interface HubReply {
  /**
   * The next changes.
   *
   * @param upTo there are no others up to this slot
   * @param complete this is all that has happened so far; everything later comes live
   */
  record Changes(List<SlotChanges> slots, long upTo, boolean complete) implements HubReply {}

  /**
   * A page of a snapshot. With it and those before it, a page has all keys up to the last one here,
   * as they were at {@code slot}.
   *
   * @param first it begins anew, and what was sent of an earlier snapshot is void
   * @param patches what has happened to the keys of earlier pages since those were read
   */
  record Page(
      boolean first, boolean last, long slot, List<MapEntry<Buffer>> entries, List<Change> patches)
      implements HubReply {}

  /** Nothing, and nothing later. */
  record Refused(Problem problem, String message) implements HubReply {}
}
