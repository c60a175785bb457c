/** The measurements of a member, its alarms, and the status that an application reads. */
@NullMarked
package dev.synod.vertx.impl.health;

import org.jspecify.annotations.NullMarked;
