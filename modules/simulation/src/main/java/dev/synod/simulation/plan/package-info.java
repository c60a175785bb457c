/** What a seed draws: members, quorums, loads and faults; and the mutants. */
@NullMarked
package dev.synod.simulation.plan;

import org.jspecify.annotations.NullMarked;
