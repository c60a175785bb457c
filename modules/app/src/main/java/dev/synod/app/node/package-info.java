/** A node: a clustered Vert.x, a member, its HTTP server, and their configuration. */
@NullMarked
package dev.synod.app.node;

import org.jspecify.annotations.NullMarked;
