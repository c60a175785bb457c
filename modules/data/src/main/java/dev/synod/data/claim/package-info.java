/**
 * State behind locks, semaphores and elections: resources, the claims on them in order of their
 * arrival, and the leases of the holders.
 */
@NullMarked
package dev.synod.data.claim;

import org.jspecify.annotations.NullMarked;
