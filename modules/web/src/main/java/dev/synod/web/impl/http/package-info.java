/** HTTP itself: parameters, bodies, responses, and problem details (RFC 9457). */
@NullMarked
package dev.synod.web.impl.http;

import org.jspecify.annotations.NullMarked;
