/**
 * The simulated members: nodes, their disks and snapshots, clients, and the faults of running
 * members.
 */
@NullMarked
package dev.synod.simulation.cluster;

import org.jspecify.annotations.NullMarked;
