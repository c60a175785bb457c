/**
 * A member's numbers for Micrometer. Needs {@code io.micrometer:micrometer-core} on the class path,
 * which no other package does.
 */
@NullMarked
package dev.synod.vertx.metrics;

import org.jspecify.annotations.NullMarked;
