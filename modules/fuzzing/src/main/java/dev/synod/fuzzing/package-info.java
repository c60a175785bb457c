/** What the fuzz tests of all modules have in common. */
@NullMarked
package dev.synod.fuzzing;

import org.jspecify.annotations.NullMarked;
