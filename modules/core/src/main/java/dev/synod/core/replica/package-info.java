/**
 * The replicated state: chosen commands applied once, sessions of clients, reads at their levels,
 * and hashes compared between members.
 */
@NullMarked
package dev.synod.core.replica;

import org.jspecify.annotations.NullMarked;
