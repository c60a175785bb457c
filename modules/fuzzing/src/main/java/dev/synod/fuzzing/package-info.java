/** The test support that several modules share: fuzzing, examples of each kind, and ports. */
@NullMarked
package dev.synod.fuzzing;

import org.jspecify.annotations.NullMarked;
