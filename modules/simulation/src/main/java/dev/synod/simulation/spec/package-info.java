/**
 * The projection of a run onto the steps of the TLA+ specification, {@link
 * dev.synod.simulation.spec.Projection}.
 */
@NullMarked
package dev.synod.simulation.spec;

import org.jspecify.annotations.NullMarked;
