/**
 * Links with flow control, which carry frames between roles on the event bus. Not API: it may
 * change at any time.
 *
 * <p>This package relies on the following properties of the event bus of Vert.x 5.1:
 *
 * <ul>
 *   <li><b>A body for another node</b> is encoded once, on the thread that hands it to the
 *       connection: the sender's own thread if the route is known and the connection exists,
 *       otherwise the thread that found the route or connected. A frame is therefore immutable. An
 *       encoder that throws while a new connection drains its queue loses the rest of that queue.
 *       The encoder therefore never throws; measuring the message finds every error before.
 *   <li><b>A body from another node</b> is a private copy of its bytes, and is decoded lazily, on
 *       the consumer's context, at the first {@code Message.body()}. A decoder that throws would
 *       log a stack trace for each message, so it returns {@link
 *       dev.synod.vertx.impl.frame.Frame.Bad} instead.
 *   <li><b>A body for the same Vert.x</b> is passed through {@code MessageCodec.transform} and
 *       never encoded, clustered or not.
 *   <li><b>{@code send} and {@code MessageProducer.write}</b> are the same code; only the latter
 *       returns its future. For a local target the future succeeds at once when the consumer's
 *       context has the body, and fails with NO_HANDLERS without a consumer. For another node it
 *       succeeds when the operating system has the body, which does not prove its arrival; it fails
 *       if the connection is broken. The future stays open while a connection is being made or the
 *       peer does not read, which makes it the only sign of back-pressure.
 *   <li><b>Order</b> is kept on a connection, with one exception: a body that is written in the
 *       completion handler of another body's future, while a new connection drains its queue on the
 *       same event loop, overtakes the rest of that queue.
 * </ul>
 */
@NullMarked
package dev.synod.vertx.impl.bus;

import org.jspecify.annotations.NullMarked;
