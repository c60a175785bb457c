package dev.synod.data.lock;

/**
 * A holder of a resource, or a waiter for it.
 *
 * @param member name of the member; a client has the name that the group gave it
 * @param value value of a candidate in an election; otherwise empty
 * @param token fencing token; 0 for a waiter
 * @param permits number of permits
 */
public record Claimant(String member, String value, long token, int permits) {}
