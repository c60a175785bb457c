/** The identity of a store: its group, its member, its random id and its openings. */
@NullMarked
package dev.synod.storage.identity;

import org.jspecify.annotations.NullMarked;
