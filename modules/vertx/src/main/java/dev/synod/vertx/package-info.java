/**
 * The API of Synod for a Vert.x application. {@link dev.synod.vertx.Synod#start} starts a member of
 * a consensus group from {@link dev.synod.vertx.SynodOptions}; {@link dev.synod.vertx.Synod}
 * submits commands, answers reads and changes the group; {@link dev.synod.vertx.SynodException}
 * names each reason for which a request fails.
 */
@NullMarked
package dev.synod.vertx;

import org.jspecify.annotations.NullMarked;
