package dev.synod.data.map;

import java.util.List;

/**
 * Changes of a map after a slot.
 *
 * @param slots changes by slot, in the order of the log
 * @param upTo slot up to which there are no other changes
 * @param complete whether these are all changes so far
 */
public record MissedChanges(List<SlotChanges> slots, long upTo, boolean complete) {}
