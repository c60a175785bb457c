/**
 * How it works. {@code Hub} lives on the learner's context and reads the maps; a {@code Desk} lives
 * on each event loop that serves browsers; a {@code Subscription} is a cursor into one map's
 * changes; an {@code Outlet} is a socket of the feed or a stream of server-sent events, with its
 * budget.
 *
 * <p>Nothing is queued for a slow reader: its cursor stays, and what it missed is read again from
 * the map's history when it has acknowledged, or replaced by a snapshot if the history is gone by
 * then.
 */
@NullMarked
package dev.synod.web.impl.feed;

import org.jspecify.annotations.NullMarked;
