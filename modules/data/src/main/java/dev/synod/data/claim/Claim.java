package dev.synod.data.claim;

import org.jspecify.annotations.Nullable;

/**
 * A request for permits of a resource, which waits or is granted.
 *
 * @param order number of the claim in the order of arrival, unique in the state machine
 * @param id number that the claimant has drawn
 * @param permits number of permits
 * @param until log's time at which a waiting claim is given up, in milliseconds since 1970; {@link
 *     Long#MAX_VALUE} if it waits without a bound
 * @param info description of the claimant. The array never leaves the state machine, because
 *     writing to it would make replicas differ
 * @param token fencing token, unique in the state machine and higher than each token granted
 *     before; 0 while the claim waits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Claim(
    long order,
    long id,
    Resource resource,
    Holder holder,
    int permits,
    long until,
    byte[] info,
    long token) {
  boolean isGranted() {
    return token != 0;
  }

  Claim granted(long token) {
    return new Claim(order, id, resource, holder, permits, Long.MAX_VALUE, info, token);
  }

  /** Compares identities; the state machine replaces a claim when it is granted. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Claim claim && claim.order == order && claim.token == token;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(order);
  }
}
