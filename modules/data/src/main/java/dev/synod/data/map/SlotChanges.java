package dev.synod.data.map;

import java.util.List;

/**
 * All changes of one map that one slot decided, in the order they were applied. A slot is never
 * torn: whoever hears of one change of it hears of all.
 */
public record SlotChanges(long slot, List<Change> changes) {}
