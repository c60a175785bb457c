/**
 * The runnable program: a demo, a node, and the command line for users and operators of a group.
 * {@link dev.synod.app.Main} is its entry point.
 */
@NullMarked
package dev.synod.app;

import org.jspecify.annotations.NullMarked;
