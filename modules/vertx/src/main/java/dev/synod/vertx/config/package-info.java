/** How options are read from JSON, strictly: for the options of this module and of those above. */
@NullMarked
package dev.synod.vertx.config;

import org.jspecify.annotations.NullMarked;
