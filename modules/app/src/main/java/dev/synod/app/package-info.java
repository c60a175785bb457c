/**
 * The runnable: a demo, a node, and the command line of a group's users. Start at {@link
 * dev.synod.app.Main}.
 */
@NullMarked
package dev.synod.app;

import org.jspecify.annotations.NullMarked;
