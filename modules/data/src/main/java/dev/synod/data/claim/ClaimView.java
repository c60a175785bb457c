package dev.synod.data.claim;

/**
 * A claim as a reader sees it.
 *
 * @param token fencing token; 0 if the claim waits
 * @param permits number of permits
 * @param info description of the claimant
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ClaimView(long token, int permits, byte[] info) {}
