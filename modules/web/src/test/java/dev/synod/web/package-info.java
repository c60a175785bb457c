/** Browsers against a group. */
@NullMarked
package dev.synod.web;

import org.jspecify.annotations.NullMarked;
