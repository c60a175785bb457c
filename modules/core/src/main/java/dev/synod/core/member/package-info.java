/**
 * A whole member: the roles composed, its membership in the group, the identities of its peers, and
 * its snapshots.
 */
@NullMarked
package dev.synod.core.member;

import org.jspecify.annotations.NullMarked;
