/**
 * The proposer: phase 1, phase 2, the values it proposes, its heartbeats with ReadIndex and leases,
 * and the notices to learners.
 */
@NullMarked
package dev.synod.core.proposer;

import org.jspecify.annotations.NullMarked;
