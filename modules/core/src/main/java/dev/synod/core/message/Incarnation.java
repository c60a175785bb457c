package dev.synod.core.message;

/**
 * One life of one store, from an opening to the next: what each frame says of its sender beside the
 * name, for names can be taken by anybody. A store that was lost comes back as another store; a
 * store that was copied has two lives of the same number, with different tokens.
 *
 * @param store drawn at the store's birth
 * @param start counts the openings, from 1
 * @param token drawn at this opening
 */
public record Incarnation(long store, long start, long token) {
  @Override
  public String toString() {
    return Long.toHexString(store) + "/" + start + "/" + Long.toHexString(token);
  }
}
