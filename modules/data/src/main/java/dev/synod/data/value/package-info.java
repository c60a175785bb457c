/** Replicated objects that hold one value each: counters, registers and latches. */
@NullMarked
package dev.synod.data.value;

import org.jspecify.annotations.NullMarked;
