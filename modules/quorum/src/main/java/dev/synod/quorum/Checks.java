package dev.synod.quorum;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validates a {@link QuorumSpec} and its members. */
final class Checks {
  private Checks() {}

  static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new QuorumException(otherwise);
    }
  }

  static void onePhase(@Nullable Object phase1, @Nullable Object phase2) {
    that(
        phase1 != null || phase2 != null,
        "phase1, phase2 or both must be given; an omitted phase is derived from the other");
  }

  static void distinct(Collection<String> members) {
    Set<String> seen = new HashSet<>();
    for (String member : members) {
      that(seen.add(member), "member " + member + " is named twice");
    }
  }

  static void quota(
      String phase, QuorumSpec.@Nullable Quota quota, Map<String, List<String>> zones) {
    if (quota == null) {
      return;
    }
    that(
        quota.zones() >= 1 && quota.zones() <= zones.size(),
        String.format(
            Locale.ROOT,
            "%s.zones must be 1 to %d, the number of zones, is %d",
            phase,
            zones.size(),
            quota.zones()));
    zones.forEach(
        (zone, members) ->
            that(
                quota.members() >= 1 && quota.members() <= members.size(),
                String.format(
                    Locale.ROOT,
                    "%s.members must be 1 to %d, the size of zone %s, is %d",
                    phase,
                    members.size(),
                    zone,
                    quota.members())));
  }

  static List<QuorumSpec.Node> parts(String name, List<QuorumSpec.Node> parts) {
    that(!parts.isEmpty(), name + " needs at least one part");
    distinct(
        parts.stream()
            .filter(QuorumSpec.Node.Member.class::isInstance)
            .map(part -> ((QuorumSpec.Node.Member) part).name())
            .toList());
    return List.copyOf(parts);
  }
}
