/** The durable log, the snapshots and the identity of one member. */
@SuppressWarnings("module") // The modules that open a store are compiled after it.
module dev.synod.storage {
  requires transitive dev.synod.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.synod.storage.config;
  exports dev.synod.storage.file;
  exports dev.synod.storage.metrics;
  exports dev.synod.storage to
      dev.synod.vertx;
  exports dev.synod.storage.log to
      dev.synod.simulation;
  exports dev.synod.storage.snapshot to
      dev.synod.simulation,
      dev.synod.vertx;
}
