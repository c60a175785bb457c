/** What a terminal or a script sees of a command: progress, errors in words, exit codes. */
@NullMarked
package dev.synod.app.terminal;

import org.jspecify.annotations.NullMarked;
