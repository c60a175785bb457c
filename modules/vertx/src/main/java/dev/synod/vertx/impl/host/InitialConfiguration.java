package dev.synod.vertx.impl.host;

import dev.synod.core.Role;
import dev.synod.core.host.Recovered;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.Foundation;
import dev.synod.core.message.LogRecord;
import dev.synod.core.paxos.Configurations;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.OptionsCheck;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.ConfigurationException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The initial configuration of the group for a starting member. The member's log takes precedence
 * over its options, which describe a new group only.
 *
 * @param configurations configurations at the start; not initialized if the log holds no group
 * @param foundation group that the member is to found; null if the log holds a group, or if the
 *     member joins one
 */
record InitialConfiguration(Configurations configurations, @Nullable Foundation foundation) {
  private static final Logger LOG = LoggerFactory.getLogger(InitialConfiguration.class);

  /**
   * Returns the initial configuration of a member with these options and this log.
   *
   * @throws ConfigurationException if the member has left its group
   * @throws StorageException if the member was excluded
   */
  static InitialConfiguration of(SynodOptions options, Recovered recovered) {
    LogRecord.Excluded excluded = recovered.past().excluded();
    if (excluded != null) {
      throw excluded(options, excluded);
    }
    if (recovered.left()) {
      throw new ConfigurationException(
          List.of(
              "member: "
                  + options.getMember()
                  + " has left the group "
                  + options.getGroup()
                  + " for good, and its name is never used again. To take part, start a member with"
                  + " a new name, an empty dataDirectory and \"join\": true, and add it"));
    }
    LogRecord.Initialized initialized = recovered.initialized();
    if (initialized != null) {
      warn(options, initialized);
      return new InitialConfiguration(
          new Configurations(initialized.alpha(), initialized.configuration()), null);
    }
    if (options.isJoin()) {
      return new InitialConfiguration(Configurations.uninitialized(), null);
    }
    return new InitialConfiguration(
        Configurations.uninitialized(),
        new Foundation(options.getWindow(), of(options), options.getFoundWithout()));
  }

  /** Returns the error of a member that was excluded, now or in an earlier incarnation. */
  static StorageException excluded(SynodOptions options, LogRecord.Excluded why) {
    return new StorageException(
        StorageException.Kind.WRONG_IDENTITY,
        String.format(
            Locale.ROOT,
            "member %s of group %s%s may not take part%s: %s",
            options.getMember(),
            options.getGroup(),
            options.getDataDirectory() == null
                ? ""
                : " (dataDirectory " + options.getDataDirectory() + ")",
            why.epoch().number() <= 0 ? "" : " in epoch " + why.epoch(),
            why.why().words()));
  }

  /**
   * Returns the error of a founder that cannot found its group: its options differ from those of
   * another founder or of a group, or the founding cannot end.
   */
  static ConfigurationException unfounded(
      SynodOptions options, String other, List<String> differences) {
    return new ConfigurationException(
        differences.stream()
            .map(
                difference ->
                    String.format(
                        Locale.ROOT,
                        "%s (here: member %s of group %s, which has no data; there: member %s). Start"
                            + " all founders with the same members, roles, quorum, window and"
                            + " foundWithout; or, if the other member belongs to another group,"
                            + " give the two groups different names",
                        difference,
                        options.getMember(),
                        options.getGroup(),
                        other))
            .toList());
  }

  private static void warn(SynodOptions options, LogRecord.Initialized initialized) {
    if (options.isJoin()) {
      return;
    }
    Configuration given = of(options);
    if (options.getWindow() != initialized.alpha() || !given.equals(initialized.configuration())) {
      LOG.warn(
          "Member {} was started with members {}, quorum {}, window {}; its data directory was"
              + " initialized with members {}, quorum {}, window {}, which takes precedence, with"
              + " all changes decided since",
          options.getMember(),
          given.roles(),
          given.quorums(),
          options.getWindow(),
          initialized.configuration().roles(),
          initialized.configuration().quorums(),
          initialized.alpha());
    }
  }

  /** The first configuration of a group that these valid options initialize. */
  private static Configuration of(SynodOptions options) {
    List<String> members = options.getMembers();
    return new Configuration(
        1,
        members,
        OptionsCheck.quorumSystem(options),
        members.stream().filter(member -> options.rolesOf(member).contains(Role.PROPOSER)).toList(),
        members.stream()
            .filter(member -> !options.rolesOf(member).contains(Role.LEARNER))
            .toList());
  }
}
