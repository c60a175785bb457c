/**
 * Requests of callers: carried to the member's context, and the answers back to the callers'
 * contexts.
 */
@NullMarked
package dev.synod.vertx.impl.request;

import org.jspecify.annotations.NullMarked;
