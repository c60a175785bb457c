package dev.synod.bench.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * What a run was done on.
 *
 * @param date when it began, as ISO 8601
 * @param java version of the virtual machine
 * @param flags those of every process, which name its collector
 * @param processors those of the machine; processes use as many as the flags say
 */
public record Machine(String date, String java, String system, int processors, List<String> flags) {
  public Machine {
    flags = List.copyOf(flags);
  }

  /** This one, at this moment. */
  public static Machine here(List<String> flags) {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
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
    return String.format(
        Locale.ROOT,
        "%s · %s · %s · %d processors · %s",
        date,
        java,
        system,
        processors,
        String.join(" ", flags));
  }
}
