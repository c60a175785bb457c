/**
 * The oracles, which check the invariants I1 to I7 and the state of every replica after every
 * event.
 */
@NullMarked
package dev.synod.simulation.oracle;

import org.jspecify.annotations.NullMarked;
