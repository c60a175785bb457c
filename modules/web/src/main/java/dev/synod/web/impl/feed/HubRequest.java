package dev.synod.web.impl.feed;

import org.jspecify.annotations.Nullable;

/**
 * What a watcher wants next.
 *
 * @param from it has everything up to this slot; -1 if it has nothing
 * @param after in mid snapshot: it has the keys up to this one, as they were at {@code from}
 * @param room about as many bytes as it can take
 */
record HubRequest(String topic, long from, @Nullable String after, long room) {}
