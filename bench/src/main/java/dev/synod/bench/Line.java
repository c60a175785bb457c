package dev.synod.bench;

import io.vertx.core.json.JsonObject;

/**
 * What one benchmark came to. Each figure is the best of the measures.
 *
 * @param what the benchmark's name
 * @param durability of the members; empty if it has none
 * @param outstanding operations under way at once
 * @param p50 microseconds that half of the operations took at most
 * @param p99 microseconds that all but one of a hundred took at most
 * @param rate operations per second
 * @param spread how far the lowest rate was below the best, in percent
 * @param cpu microseconds of processor time for an operation, of the whole process: what hardly
 *     changes when others use the machine as well; not a number if not measured
 * @param bytes allocated for an operation by the whole process; not a number if not measured
 */
record Line(
    String what,
    String durability,
    int outstanding,
    double p50,
    double p99,
    double rate,
    double spread,
    double cpu,
    double bytes) {
  /** A field for each component that has a value. */
  JsonObject toJson() {
    JsonObject json = new JsonObject().put("what", what);
    if (!durability.isEmpty()) {
      json.put("durability", durability);
    }
    json.put("outstanding", outstanding)
        .put("p50Micros", p50)
        .put("p99Micros", p99)
        .put("perSecond", rate)
        .put("spreadPercent", spread);
    return Double.isNaN(cpu)
        ? json
        : json.put("cpuMicrosPerOperation", cpu).put("bytesPerOperation", bytes);
  }
}
