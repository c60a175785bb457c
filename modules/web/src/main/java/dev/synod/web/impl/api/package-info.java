/** The routes of a node: maps, the group, operations and the page. */
@NullMarked
package dev.synod.web.impl.api;

import org.jspecify.annotations.NullMarked;
