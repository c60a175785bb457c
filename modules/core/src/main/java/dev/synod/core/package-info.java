/**
 * The protocol: Flexible Paxos over a log of slots, as deterministic roles without IO, clock,
 * threads or Vert.x.
 *
 * <p>A role takes an input and tells an {@link dev.synod.core.Effects} what is to be done, in
 * order. Whoever hosts the role (a verticle in production, the simulator in tests) does it. Nothing
 * here is thread-safe: all roles of one member live on one thread.
 */
@NullMarked
package dev.synod.core;

import org.jspecify.annotations.NullMarked;
