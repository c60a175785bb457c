package dev.synod.data.machine;

import java.util.List;

/**
 * A decoded transaction.
 *
 * @param conditions conditions, all of which must hold for the first branch
 * @param then operations of the first branch; each writes another key, or reads one
 * @param otherwise operations of the other branch, likewise
 */
record TransactionParts(List<MapPart> conditions, List<MapPart> then, List<MapPart> otherwise) {}
