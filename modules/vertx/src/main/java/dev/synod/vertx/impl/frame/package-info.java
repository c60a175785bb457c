/**
 * Frames, which carry the messages between roles on the event bus, and their encoding. Not API: it
 * may change at any time.
 */
@NullMarked
package dev.synod.vertx.impl.frame;

import org.jspecify.annotations.NullMarked;
