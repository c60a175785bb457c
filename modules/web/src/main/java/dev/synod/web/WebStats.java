package dev.synod.web;

/**
 * Counts of one {@link SynodWeb} at one moment.
 *
 * @param sockets open sockets of the feed
 * @param streams open streams of server-sent events
 * @param subscriptions subscriptions of all sockets and streams
 * @param heldBytes bytes that were handed to subscribers and are not acknowledged by them
 * @param slow how often, since the start, a subscriber fell behind and had to catch up from the
 *     history
 */
public record WebStats(int sockets, int streams, int subscriptions, long heldBytes, long slow) {}
