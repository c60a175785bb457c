/**
 * The live feed of map changes. {@code Hub} runs on the learner's context and reads the maps; a
 * {@code LoopDispatcher} runs on each event loop that serves browsers; a {@code Watcher} is a
 * cursor into the changes of one map; a {@code FeedOutlet} is a socket of the feed or a stream of
 * server-sent events, with its budget.
 *
 * <p>No changes are queued for a slow reader. Its cursor stays where it is; after an
 * acknowledgement the watcher reads the missed changes from the map's history, or sends a snapshot
 * if the history does not reach back that far.
 */
@NullMarked
package dev.synod.web.impl.feed;

import org.jspecify.annotations.NullMarked;
