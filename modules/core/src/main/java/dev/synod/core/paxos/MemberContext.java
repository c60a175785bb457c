package dev.synod.core.paxos;

import dev.synod.core.host.Settings;

/**
 * What the parts of one member share.
 *
 * @param self the member's name
 * @param configurations as far as this member has applied the log
 */
public record MemberContext(
    String self,
    SlotLog log,
    Configurations configurations,
    Settings settings,
    MemberClock clock) {}
