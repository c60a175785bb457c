/**
 * Options of the HTTP server and of its authentication: {@link dev.synod.web.config.WebOptions} and
 * {@link dev.synod.web.config.AuthenticationOptions}.
 */
@NullMarked
package dev.synod.web.config;

import org.jspecify.annotations.NullMarked;
