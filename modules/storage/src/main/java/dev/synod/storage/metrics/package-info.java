/** Latencies of a member's durable writes and of its slots, as an application reads them. */
@NullMarked
package dev.synod.storage.metrics;

import org.jspecify.annotations.NullMarked;
