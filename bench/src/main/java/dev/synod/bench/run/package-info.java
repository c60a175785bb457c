/** The standard run: each scenario in a process of its own. */
@NullMarked
package dev.synod.bench.run;

import org.jspecify.annotations.NullMarked;
