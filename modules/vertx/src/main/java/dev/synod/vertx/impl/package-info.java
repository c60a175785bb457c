/** The implementation of {@link dev.synod.vertx.Synod}. Not API: it may change at any time. */
@NullMarked
package dev.synod.vertx.impl;

import org.jspecify.annotations.NullMarked;
