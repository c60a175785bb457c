/**
 * Strict readers of options in JSON, for the options of this module and of the modules above it. An
 * unknown field or a field of another type is an error that names its path.
 */
@NullMarked
package dev.synod.vertx.config;

import org.jspecify.annotations.NullMarked;
