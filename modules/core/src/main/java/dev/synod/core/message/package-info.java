/**
 * The data of the protocol, all immutable: ballots, slots, values, configurations, messages between
 * members, and records of the log.
 */
@NullMarked
package dev.synod.core.message;

import org.jspecify.annotations.NullMarked;
