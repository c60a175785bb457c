package dev.synod.core.message;

/**
 * One opening of one store. Every frame carries it in addition to the sender's name, because a name
 * alone identifies no process. A store that was lost returns as another store; a copied store has
 * two incarnations of the same number with different tokens.
 *
 * @param store random identity of the store, drawn when it was created
 * @param start number of the opening, from 1
 * @param token random token of the opening
 */
public record Incarnation(long store, long start, long token) {
  @Override
  public String toString() {
    return Long.toHexString(store) + "/" + start + "/" + Long.toHexString(token);
  }
}
