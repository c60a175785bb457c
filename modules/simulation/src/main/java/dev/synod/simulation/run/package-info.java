/** The runs: one plan played from start to end, shrunk when it fails, or played with a mutant. */
@NullMarked
package dev.synod.simulation.run;

import org.jspecify.annotations.NullMarked;
