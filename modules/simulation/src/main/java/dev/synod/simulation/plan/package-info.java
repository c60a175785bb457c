/**
 * The plan of a run, which a seed determines: members, quorums, loads and faults; and the mutants,
 * which are deliberate mistakes.
 */
@NullMarked
package dev.synod.simulation.plan;

import org.jspecify.annotations.NullMarked;
