package dev.synod.vertx;

import io.vertx.core.buffer.Buffer;

/**
 * The result of a command that the group has chosen and this member has applied.
 *
 * @param slot position of the command in the log, counted from 1
 * @param result bytes that the state machine returned; the caller must not write to them
 */
public record Applied(long slot, Buffer result) {}
