package dev.synod.bench.groups;

import dev.synod.bench.load.DataDirectory;
import dev.synod.bench.load.Group;
import dev.synod.bench.load.Scenario;

/** Opens the group, or the floor, that a scenario names. */
public final class GroupFactory {
  public static final String SYNOD = "Synod";
  public static final String REQUEST = "event bus, request and reply";
  public static final String ONE_WAY = "event bus, one way";
  public static final String FRAMES = "frames without a protocol";

  private GroupFactory() {}

  /** Opens the group of a scenario of ours, or a floor. */
  public static Group open(Scenario scenario, DataDirectory directory) throws Exception {
    return switch (scenario.system()) {
      case SYNOD ->
          switch (scenario.settings().getOrDefault("kind", "")) {
            case "fail-over" -> FailOver.open(scenario, directory);
            case "overload" -> Overload.open(scenario, directory);
            case "recovery" -> Recovery.open(scenario, directory);
            case "processes" -> ProcessGroup.open(scenario, directory);
            default -> SynodGroup.open(scenario, directory);
          };
      case REQUEST, ONE_WAY, FRAMES -> BusFloor.open(scenario);
      default ->
          throw new IllegalArgumentException("no group is called '" + scenario.system() + "'");
    };
  }
}
