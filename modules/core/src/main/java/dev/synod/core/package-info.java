/**
 * The API of the protocol core: {@link dev.synod.core.StateMachine} is what an application
 * implements, {@link dev.synod.core.ReadLevel} and {@link dev.synod.core.Outcome} are what a
 * request uses. The packages below implement Flexible Paxos (Howard, Malkhi, Spiegelman, 2016) over
 * a log of slots, as deterministic roles without IO, clock, threads or Vert.x.
 *
 * <p>A role handles an input and passes the resulting actions, in order, to {@code Effects}. The
 * host of the role (a verticle in production, the simulator in tests) executes them. No class is
 * thread-safe: all roles of a member run on one thread.
 */
@NullMarked
package dev.synod.core;

import org.jspecify.annotations.NullMarked;
