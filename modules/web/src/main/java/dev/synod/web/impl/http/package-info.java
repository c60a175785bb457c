/** HTTP itself: parameters, bodies, answers, and problems (RFC 9457). */
@NullMarked
package dev.synod.web.impl.http;

import org.jspecify.annotations.NullMarked;
