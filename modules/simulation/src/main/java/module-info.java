/** A whole group in one deterministic thread, for the test of a state machine. */
module dev.synod.simulation {
  requires transitive dev.synod.core;
  requires com.fasterxml.jackson.databind;
  requires dev.synod.storage;
  requires java.compiler;
  requires org.slf4j;
  requires static transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;

  exports dev.synod.simulation;

  // Plans and traces are JSON, which Jackson reads and writes by reflection.
  opens dev.synod.simulation.plan to
      com.fasterxml.jackson.databind;
  opens dev.synod.simulation.world to
      com.fasterxml.jackson.databind;
}
