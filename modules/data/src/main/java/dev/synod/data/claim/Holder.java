package dev.synod.data.claim;

import java.util.TreeMap;

/**
 * The claims of one session that have a lease of the same length. They are renewed together, so
 * that a renewal takes the same time for one claim as for thousands.
 */
final class Holder {
  /** The end of a holder whose session has ended; no renewal and no leader postpones it. */
  static final long ENDED = 0;

  final long session;

  /** Length of the lease in milliseconds. */
  final long lease;

  /** Claims by their order. */
  final TreeMap<Long, Claim> claims = new TreeMap<>();

  /** Log's time at which the lease ends, in milliseconds since 1970. */
  long end;

  Holder(long session, long lease, long end) {
    this.session = session;
    this.lease = lease;
    this.end = end;
  }
}
