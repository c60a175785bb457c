package dev.synod.vertx;

import io.vertx.core.buffer.Buffer;

/**
 * A command that was decided and applied.
 *
 * @param slot where it stands in the log
 * @param result what the state machine returned
 */
public record Applied(long slot, Buffer result) {}
