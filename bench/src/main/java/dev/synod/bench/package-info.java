/**
 * How fast it is, beside the floors that nothing built like this can go below: JMH benchmarks, and
 * a command line that runs them and prints one table.
 */
@NullMarked
package dev.synod.bench;

import org.jspecify.annotations.NullMarked;
