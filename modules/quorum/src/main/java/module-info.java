/**
 * Quorum systems: the sets of acceptors that form a phase-1 or a phase-2 quorum, and proofs that
 * they meet.
 */
module dev.synod.quorum {
  requires transitive com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports dev.synod.quorum;
}
