/**
 * HTTP access to a group: a REST API, a live feed with its JavaScript client, and a page for
 * operators. {@link dev.synod.web.SynodWeb} serves them for one member.
 */
@NullMarked
package dev.synod.web;

import org.jspecify.annotations.NullMarked;
