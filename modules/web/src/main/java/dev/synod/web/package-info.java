/**
 * A group in the browser: an HTTP API, a live feed with its JavaScript client, and a page. Start at
 * {@link dev.synod.web.SynodWeb}.
 */
@NullMarked
package dev.synod.web;

import org.jspecify.annotations.NullMarked;
