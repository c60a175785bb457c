package dev.synod.web.impl.feed;

import org.jspecify.annotations.Nullable;

/**
 * A watcher's request for further changes.
 *
 * @param topic map
 * @param from slot up to which the watcher has every change; -1 if it has none
 * @param after within a snapshot, key up to which the watcher has the entries as of {@code from}
 * @param room approximate number of bytes that the watcher can take
 */
record HubRequest(String topic, long from, @Nullable String after, long room) {}
