/**
 * How the roles are hosted and how they speak over the event bus. Not API: may change at any time.
 *
 * <p>What the event bus of Vert.x 5.1 does, and this package counts on:
 *
 * <ul>
 *   <li><b>A body for another node</b> is encoded once, on whichever thread hands it to the
 *       connection: the sender's own as long as the route is known and the connection stands, else
 *       the thread that found the route or connected. So a frame is immutable. An encoder that
 *       throws while a new connection drains its queue loses the rest of that queue: so the encoder
 *       never throws, whatever could is found out when the message is measured.
 *   <li><b>A body from another node</b> is a private copy of its bytes, and is decoded lazily, on
 *       the consumer's context, at the first {@code Message.body()}. A decoder that throws would
 *       not harm the connection, but it would put a stack trace into the log for each message: so
 *       it returns {@link dev.synod.vertx.impl.Frame.Bad} instead.
 *   <li><b>A body for the same Vert.x</b> is passed through {@code MessageCodec.transform} and
 *       never encoded, clustered or not.
 *   <li><b>{@code send} and {@code MessageProducer.write}</b> are the same code; only the latter
 *       gives its Future away. That Future says: locally, "the consumer's context has it" (at once;
 *       it fails with NO_HANDLERS without a consumer); to another node, "the operating system has
 *       it", nothing about arrival. It fails if the connection broke or was not made, and it hangs
 *       while a connection is being made or the peer does not read, which makes it the only sign of
 *       back-pressure there is.
 *   <li><b>Order</b> is kept on a connection, with one exception: a body written within the
 *       completion of another one's Future, while a new connection drains its queue on the same
 *       event loop, overtakes the rest of that queue.
 * </ul>
 */
@NullMarked
package dev.synod.vertx.impl.bus;

import org.jspecify.annotations.NullMarked;
