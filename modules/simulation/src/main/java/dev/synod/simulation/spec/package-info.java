/** The projection of a run onto the steps of the TLA+ specification. */
@NullMarked
package dev.synod.simulation.spec;

import org.jspecify.annotations.NullMarked;
