/**
 * The interface between a member and its host: {@link dev.synod.core.host.Host} executes the
 * actions of the roles, {@link dev.synod.core.host.Recovered} is the state that the host reads at
 * the start, and {@link dev.synod.core.host.Settings} are the sizes and times of a member.
 */
@NullMarked
package dev.synod.core.host;

import org.jspecify.annotations.NullMarked;
