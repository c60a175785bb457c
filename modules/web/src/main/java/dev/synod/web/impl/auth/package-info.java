/** The checks that every request and every socket passes: origin, authentication, rates. */
@NullMarked
package dev.synod.web.impl.auth;

import org.jspecify.annotations.NullMarked;
