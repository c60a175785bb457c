/**
 * The state machine behind {@link dev.synod.data.ReplicatedMap}: all maps of a group as raw bytes,
 * with the latest changes of each.
 */
@NullMarked
package dev.synod.data.map;

import org.jspecify.annotations.NullMarked;
