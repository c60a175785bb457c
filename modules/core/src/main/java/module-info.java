/** The protocol, without IO, clock and threads. An application sees its root package only. */
@SuppressWarnings("module") // The modules that drive the protocol are compiled after it.
module dev.synod.core {
  requires transitive dev.synod.quorum;
  requires static transitive org.jspecify;

  exports dev.synod.core;
  exports dev.synod.core.host to
      dev.synod.storage,
      dev.synod.simulation,
      dev.synod.vertx;
  exports dev.synod.core.member to
      dev.synod.storage,
      dev.synod.simulation,
      dev.synod.vertx;
  exports dev.synod.core.message to
      dev.synod.storage,
      dev.synod.simulation,
      dev.synod.vertx;
  exports dev.synod.core.paxos to
      dev.synod.simulation,
      dev.synod.vertx;
  exports dev.synod.core.proposer to
      dev.synod.simulation,
      dev.synod.vertx;
  exports dev.synod.core.replica to
      dev.synod.simulation,
      dev.synod.vertx;
}
