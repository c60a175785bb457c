/**
 * The test support that several modules share: fuzzing, examples of each kind, ports, the launcher
 * of TLC, and waiting for futures.
 */
@NullMarked
package dev.synod.fuzzing;

import org.jspecify.annotations.NullMarked;
