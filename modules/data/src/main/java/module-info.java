/** Replicated maps, counters, registers, latches, locks, semaphores and elections. */
module dev.synod.data {
  requires transitive dev.synod.vertx;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.synod.data;
  exports dev.synod.data.lock;
  exports dev.synod.data.value;
  exports dev.synod.data.machine;
  exports dev.synod.data.map;

  provides dev.synod.vertx.StateMachineFactory with
      dev.synod.data.machine.MapMachineFactory,
      dev.synod.data.coordination.CoordinationMachineFactory;
}
