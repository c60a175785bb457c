/**
 * Authentication and permissions: {@link dev.synod.web.auth.Authority}, which an application may
 * implement, and {@link dev.synod.web.auth.Users}, the users file.
 */
@NullMarked
package dev.synod.web.auth;

import org.jspecify.annotations.NullMarked;
