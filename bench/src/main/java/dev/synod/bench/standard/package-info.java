/** The standard set: what is measured, for how long, and in which process. */
@NullMarked
package dev.synod.bench.standard;

import org.jspecify.annotations.NullMarked;
