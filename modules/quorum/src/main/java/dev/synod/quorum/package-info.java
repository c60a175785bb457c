/** Which sets of acceptors are phase-1 and phase-2 quorums, and the proof that they meet. */
@NullMarked
package dev.synod.quorum;

import org.jspecify.annotations.NullMarked;
