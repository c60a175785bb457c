/** Checks the TLA+ specification in {@code src/spec} with TLC. */
@NullMarked
package dev.synod.core.spec;

import org.jspecify.annotations.NullMarked;
