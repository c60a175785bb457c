package dev.synod.simulation.cluster;

import dev.synod.core.host.Settings;
import dev.synod.simulation.world.World;

/** The settings with which a member starts, where the plan lets them differ between members. */
final class DrawnSettings {
  private final Cluster cluster;
  private final World world;

  DrawnSettings(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
  }

  /** The settings of this life: those of the group, but for what may differ between members. */
  Settings draw() {
    Settings settings = cluster.faults().differing() ? differing() : cluster.settings;
    Settings.Lease lease = settings.lease();
    if (!cluster.faults().retuned() || lease.duration() == 0) {
      return settings;
    }
    long least = lease.drift() + 1;
    boolean shorter = world.random.nextInt(3) == 0;
    long duration = shorter ? least + world.random.nextLong(least) : lease.duration();
    return settings.withLease(new Settings.Lease(duration, lease.drift()));
  }

  /**
   * State hashes are compared at equal markers. A leader whose queue takes one command would keep
   * the commands of most members of a large group waiting.
   */
  private Settings differing() {
    Settings group = cluster.settings;
    Settings.Compaction compaction = group.compaction();
    return new Settings(
        20 + world.random.nextLong(80),
        300 + world.random.nextLong(600),
        50 + world.random.nextLong(100),
        group.requestTimeout() / 2 + world.random.nextLong(1 + group.requestTimeout()),
        1 + world.random.nextInt(group.maxBatch()),
        1 + world.random.nextInt(group.maxPage()),
        group.maxQueue(),
        group.maxPending(),
        new Settings.Compaction(
            compaction.after() == Long.MAX_VALUE || world.random.nextInt(8) == 0
                ? Long.MAX_VALUE
                : 1 + world.random.nextLong(2 * compaction.after()),
            world.random.nextLong(1 + 2 * compaction.retained()),
            compaction.lent(),
            // Where little is lent, a fetch in smaller pieces would never end.
            compaction.chunk() - world.random.nextInt(1 + compaction.chunk() / 2),
            compaction.window() + world.random.nextInt(1 + compaction.window()),
            compaction.marker()),
        group.sessions(),
        group.lease(),
        world.random.nextBoolean());
  }
}
