/**
 * The proposer: {@link dev.synod.core.proposer.Proposer} runs phase 1 and phase 2, chooses the
 * values that it proposes, sends heartbeats with ReadIndex and leases, and notifies the learners.
 */
@NullMarked
package dev.synod.core.proposer;

import org.jspecify.annotations.NullMarked;
