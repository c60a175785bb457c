/**
 * Requests of callers: their way to the member's context, and the way of the results back to the
 * callers' contexts.
 */
@NullMarked
package dev.synod.vertx.impl.request;

import org.jspecify.annotations.NullMarked;
