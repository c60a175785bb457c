/** The simulated environment: virtual time, the clocks of machines, and the events of a trace. */
@NullMarked
package dev.synod.simulation.world;

import org.jspecify.annotations.NullMarked;
