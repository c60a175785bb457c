/**
 * The immutable data types of the protocol: ballots, slots, values, configurations, messages
 * between members, and log records.
 */
@NullMarked
package dev.synod.core.message;

import org.jspecify.annotations.NullMarked;
