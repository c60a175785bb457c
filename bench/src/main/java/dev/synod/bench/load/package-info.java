/**
 * The load and what it came to: the one driver that every group, floor and peer is measured with,
 * and the records that tell of it. Needs nothing but HdrHistogram and Jackson, so that it runs in a
 * peer's process without anything of ours beside it.
 */
@NullMarked
package dev.synod.bench.load;

import org.jspecify.annotations.NullMarked;
