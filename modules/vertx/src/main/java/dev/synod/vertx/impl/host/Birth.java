package dev.synod.vertx.impl.host;
import dev.synod.vertx.OptionsCheck;

import dev.synod.core.message.Configuration;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.LogRecord;
import dev.synod.core.host.Recovered;
import dev.synod.storage.file.StorageException;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.Roles;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the group was born, in the eyes of a member that starts. What its log says wins over what it
 * is started with: options are for the birth of a group, and only for that.
 *
 * @param configurations to begin with
 * @param news to be written to the log; null if the log has it, or nobody knows yet
 */
record Birth(Configurations configurations, LogRecord.@Nullable Born news) {
  private static final Logger LOG = LoggerFactory.getLogger(Birth.class);

  /**
   * Of a member with these options, whose log holds that.
   *
   * @throws ConfigurationException if the member has left its group
   * @throws StorageException if it was told that it may not take part any more
   */
  static Birth of(SynodOptions options, Recovered recovered) {
    LogRecord.Barred barred = recovered.past().barred();
    if (barred != null) {
      throw barred(options, barred);
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
    LogRecord.Born born = recovered.born();
    if (born != null) {
      warn(options, born);
      return new Birth(new Configurations(born.alpha(), born.configuration()), null);
    }
    if (options.isJoin()) {
      return new Birth(Configurations.unborn(), null);
    }
    Configuration first = OptionsCheck.birth(options);
    return new Birth(
        new Configurations(options.getWindow(), first),
        new LogRecord.Born(options.getWindow(), first));
  }

  /** What a member says that was told so, now or in an earlier life. */
  static StorageException barred(SynodOptions options, LogRecord.Barred why) {
    return new StorageException(
        StorageException.Kind.WRONG_IDENTITY,
        "member %s of group %s%s may not take part%s: %s"
            .formatted(
                options.getMember(),
                options.getGroup(),
                options.getDataDirectory() == null
                    ? ""
                    : " (dataDirectory " + options.getDataDirectory() + ")",
                why.epoch().equals(Epoch.BIRTH) ? "" : " in epoch " + why.epoch(),
                why.why().words()));
  }

  private static void warn(SynodOptions options, LogRecord.Born born) {
    if (options.isJoin()) {
      return;
    }
    Configuration given = OptionsCheck.birth(options);
    if (options.getWindow() != born.alpha() || !given.equals(born.configuration())) {
      LOG.warn(
          "Member {} is started with members {}, quorum {}, window {}; its data directory was born"
              + " with members {}, quorum {}, window {}, and that holds, with all changes decided"
              + " since",
          options.getMember(),
          Roles.of(given),
          given.quorums(),
          options.getWindow(),
          Roles.of(born.configuration()),
          born.configuration().quorums(),
          born.alpha());
    }
  }

  /** Writes it to the log, if it is news. */
  void write(MemberHost host) {
    if (news != null) {
      host.append(news);
    }
  }
}
