/** The commands of the command line, one class each, but for those of operators. */
@NullMarked
package dev.synod.app.command;

import org.jspecify.annotations.NullMarked;
