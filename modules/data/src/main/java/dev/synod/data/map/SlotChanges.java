package dev.synod.data.map;

import java.util.List;

/**
 * All changes of one map in one slot, in the order in which they were applied. A listener always
 * gets all changes of a slot together.
 *
 * @param slot slot that decided the changes
 * @param changes at least one change
 */
public record SlotChanges(long slot, List<Change> changes) {}
