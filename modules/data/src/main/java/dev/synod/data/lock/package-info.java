/**
 * Locks, semaphores and elections: claims on resources, each granted with a fencing token and a
 * lease.
 */
@NullMarked
package dev.synod.data.lock;

import org.jspecify.annotations.NullMarked;
