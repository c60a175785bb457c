/**
 * The state machine behind {@link dev.synod.data.ReplicatedMap}: it holds all maps of a group as
 * raw bytes, and the latest changes of each map.
 */
@NullMarked
package dev.synod.data.machine;

import org.jspecify.annotations.NullMarked;
