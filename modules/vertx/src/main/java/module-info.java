/** The runtime of a group's members on Vert.x. */
// Micrometer is an automatic module, and only an application that binds the metrics needs it.
@SuppressWarnings("requires-automatic")
module dev.synod.vertx {
  requires transitive dev.synod.core;
  requires transitive dev.synod.storage;
  requires transitive io.vertx.core;
  requires com.fasterxml.jackson.databind;
  requires io.netty.common;
  requires io.netty.transport;
  requires org.slf4j;
  requires static micrometer.core;
  requires static transitive org.jspecify;

  exports dev.synod.vertx;
  exports dev.synod.vertx.config;
  exports dev.synod.vertx.metrics;

  uses dev.synod.vertx.StateMachineFactory;
  uses dev.synod.vertx.SynodProvider;

  provides dev.synod.vertx.SynodProvider with
      dev.synod.vertx.impl.SynodRuntime;
}
