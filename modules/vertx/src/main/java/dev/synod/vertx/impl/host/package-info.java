/** The verticles of the roles, and the host that does what the roles of one member say. */
@NullMarked
package dev.synod.vertx.impl.host;

import org.jspecify.annotations.NullMarked;
