/**
 * The execution of a plan from start to end, the shrinking of failing plans, and the execution of
 * mutants.
 */
@NullMarked
package dev.synod.simulation.run;

import org.jspecify.annotations.NullMarked;
