/**
 * The state of replicated maps: the entries of all maps with their sorted index, and the latest
 * changes of each map. Not for applications.
 */
@NullMarked
package dev.synod.data.map.state;

import org.jspecify.annotations.NullMarked;
