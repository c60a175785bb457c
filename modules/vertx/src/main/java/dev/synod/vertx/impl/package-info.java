/** The runtime behind {@link dev.synod.vertx.Synod}. Not API: may change at any time. */
@NullMarked
package dev.synod.vertx.impl;

import org.jspecify.annotations.NullMarked;
