/** The checks of every request and every socket: origin, authentication and rate limits. */
@NullMarked
package dev.synod.web.impl.auth;

import org.jspecify.annotations.NullMarked;
