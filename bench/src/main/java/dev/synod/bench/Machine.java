package dev.synod.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a run was done on.
 *
 * @param java version of the virtual machine
 * @param flags those of every benchmark's virtual machine, which name its collector
 * @param processors those of the machine; benchmarks use as many as the flags say
 */
record Machine(String java, String system, int processors, List<String> flags) {
  static Machine here(List<String> flags) {
    return new Machine(
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        flags);
  }

  String toText() {
    return "%s · %s · %d processors · flags of every benchmark: %s"
        .formatted(java, system, processors, flags.isEmpty() ? "none" : String.join(" ", flags));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("java", java)
        .put("system", system)
        .put("processors", processors)
        .put("flags", new JsonArray(flags));
  }
}
