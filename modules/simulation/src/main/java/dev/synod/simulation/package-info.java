/**
 * A deterministic simulation of a whole cluster in one thread: the production roles on a faulty
 * network and faulty disks, checked by oracles. Equal seeds produce equal runs. {@link
 * dev.synod.simulation.SimulatedCluster} tests a state machine of an application in it.
 */
@NullMarked
package dev.synod.simulation;

import org.jspecify.annotations.NullMarked;
