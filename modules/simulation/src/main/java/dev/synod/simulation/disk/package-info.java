/** The disks of the simulated machines, with the faults of disks, and what must last on them. */
@NullMarked
package dev.synod.simulation.disk;

import org.jspecify.annotations.NullMarked;
