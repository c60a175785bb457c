/**
 * A group of real processes under faults, with clients that record what they see: members are
 * killed, paused, cut off and run out of disk, and whatever the clients saw must be linearizable.
 * {@link dev.synod.app.torture.Torture} is the command, {@link dev.synod.app.torture.TortureIT} its
 * short form in the ordinary build.
 */
@NullMarked
package dev.synod.app.torture;

import org.jspecify.annotations.NullMarked;
