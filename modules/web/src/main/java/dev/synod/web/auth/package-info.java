/**
 * Authentication and permissions: the authority that an application may implement, and the file of
 * users.
 */
@NullMarked
package dev.synod.web.auth;

import org.jspecify.annotations.NullMarked;
