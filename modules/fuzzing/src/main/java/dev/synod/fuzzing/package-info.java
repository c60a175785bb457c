/** What the tests of several modules have in common: fuzzing, and examples of each kind. */
@NullMarked
package dev.synod.fuzzing;

import org.jspecify.annotations.NullMarked;
