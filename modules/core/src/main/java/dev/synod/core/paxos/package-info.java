/**
 * The parts of Paxos that every slot needs: {@link dev.synod.core.paxos.Acceptor}, {@link
 * dev.synod.core.paxos.Learner}, {@link dev.synod.core.paxos.Election}, the log that they share,
 * and the configuration of each slot.
 */
@NullMarked
package dev.synod.core.paxos;

import org.jspecify.annotations.NullMarked;
