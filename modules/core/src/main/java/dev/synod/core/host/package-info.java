/**
 * The border between a member and its host: what a host does for the roles, what it hands over at
 * the start, and the settings of a member.
 */
@NullMarked
package dev.synod.core.host;

import org.jspecify.annotations.NullMarked;
