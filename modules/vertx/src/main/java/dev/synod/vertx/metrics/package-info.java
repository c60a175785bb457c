/**
 * Metrics of a member for Micrometer. This package alone needs {@code
 * io.micrometer:micrometer-core} on the class path.
 */
@NullMarked
package dev.synod.vertx.metrics;

import org.jspecify.annotations.NullMarked;
