package dev.synod.core.message;

/**
 * A request of a session. Its session and sequence number identify it, so that it is applied
 * exactly once however often it is sent.
 *
 * @param session session of the command; {@link GroupCommand#NO_SESSION} for a command to the group
 *     itself
 * @param sequence number of the command, rising within the session
 * @param acknowledged sequence up to which every command of the session has been answered, so that
 *     the group may forget the results
 * @param payload bytes for the state machine, which must not be written to
 */
@SuppressWarnings("ArrayRecordComponent") // a command is never compared
public record Command(long session, long sequence, long acknowledged, byte[] payload) {}
