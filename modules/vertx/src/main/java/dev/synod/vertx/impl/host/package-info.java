/** The verticles of the roles, and the host that executes the actions of a member's roles. */
@NullMarked
package dev.synod.vertx.impl.host;

import org.jspecify.annotations.NullMarked;
