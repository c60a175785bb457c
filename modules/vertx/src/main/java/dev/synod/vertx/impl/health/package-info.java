/**
 * What a member measures of itself, the alarms that follow, and the status that an application
 * reads.
 */
@NullMarked
package dev.synod.vertx.impl.health;

import org.jspecify.annotations.NullMarked;
