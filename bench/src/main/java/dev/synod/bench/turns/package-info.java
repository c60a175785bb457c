/** How long requests keep the event loop of a member from its other tasks. */
@NullMarked
package dev.synod.bench.turns;

import org.jspecify.annotations.NullMarked;
