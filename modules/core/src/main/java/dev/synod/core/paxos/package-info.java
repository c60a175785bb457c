/**
 * The roles of the paper that every slot needs: acceptor, learner, election, the log they share,
 * and the configuration of each slot.
 */
@NullMarked
package dev.synod.core.paxos;

import org.jspecify.annotations.NullMarked;
