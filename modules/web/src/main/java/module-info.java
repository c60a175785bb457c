/** The HTTP interface, the live feed and the pages. */
// Micrometer is an automatic module, and only an application that binds the metrics needs it.
@SuppressWarnings("requires-automatic")
module dev.synod.web {
  requires transitive dev.synod.data;
  requires transitive io.vertx.web;
  requires com.fasterxml.jackson.databind;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.vertx.auth.common;
  requires io.vertx.auth.jwt;
  requires org.slf4j;
  requires static micrometer.core;
  requires static transitive org.jspecify;

  exports dev.synod.web;
  exports dev.synod.web.auth;
  exports dev.synod.web.config;
}
