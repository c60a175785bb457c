/** What is measured here itself: groups of ours, and the floors that they stand on. */
@NullMarked
package dev.synod.bench.groups;

import org.jspecify.annotations.NullMarked;
