/** The oracles: invariants I1 to I7 and the state of every replica, checked after every event. */
@NullMarked
package dev.synod.simulation.oracle;

import org.jspecify.annotations.NullMarked;
