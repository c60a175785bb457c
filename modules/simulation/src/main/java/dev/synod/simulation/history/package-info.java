/** Histories of operations, and the check whether a history is linearizable. */
@NullMarked
package dev.synod.simulation.history;

import org.jspecify.annotations.NullMarked;
