/** Synod in a Vert.x application: options and what else an application touches. */
@NullMarked
package dev.synod.vertx;

import org.jspecify.annotations.NullMarked;
