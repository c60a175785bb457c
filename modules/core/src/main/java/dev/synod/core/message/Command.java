package dev.synod.core.message;

/**
 * A client's request, tagged so that it is applied exactly once however often it is sent.
 *
 * @param session whose it is; {@link GroupCommand#NO_SESSION} if it is for the group itself
 * @param sequence its number, which rises within the session
 * @param acknowledged every command of the session up to this sequence has been answered, and the
 *     group may forget about it
 * @param payload what the state machine gets; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // a command is never compared
public record Command(long session, long sequence, long acknowledged, byte[] payload) {}
