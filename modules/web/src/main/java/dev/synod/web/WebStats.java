package dev.synod.web;

/**
 * Counters of one {@link SynodWeb} at one point in time.
 *
 * @param sockets number of open sockets of the feed
 * @param streams number of open streams of server-sent events
 * @param subscriptions number of subscriptions of all sockets and streams
 * @param heldBytes bytes sent to subscribers that they have not acknowledged
 * @param slow number of times, since the start, that a subscriber fell behind and had to catch up
 *     from the history
 */
public record WebStats(int sockets, int streams, int subscriptions, long heldBytes, long slow) {}
