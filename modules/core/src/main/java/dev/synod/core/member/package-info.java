/**
 * A complete member: {@link dev.synod.core.member.Member} connects the roles, and its parts handle
 * changes of the group, the identities of its peers, clients and snapshots.
 */
@NullMarked
package dev.synod.core.member;

import org.jspecify.annotations.NullMarked;
