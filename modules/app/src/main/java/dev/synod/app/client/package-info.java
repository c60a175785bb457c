/** How commands ask the nodes of a group over HTTP. */
@NullMarked
package dev.synod.app.client;

import org.jspecify.annotations.NullMarked;
