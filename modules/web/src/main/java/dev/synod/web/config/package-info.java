/** The options of the HTTP server and of its authentication. */
@NullMarked
package dev.synod.web.config;

import org.jspecify.annotations.NullMarked;
