/**
 * A whole cluster in one deterministic thread: the production roles over a cruel network and disks
 * that forget, with oracles that watch. Same seed, same run.
 */
@NullMarked
package dev.synod.simulation;

import org.jspecify.annotations.NullMarked;
