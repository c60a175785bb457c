package dev.synod.core.message;

/**
 * A value in a slot, with the ballot at which it was accepted or chosen.
 *
 * @param slot slot, from 1
 * @param ballot ballot of the value
 * @param value value
 */
public record Entry(long slot, Ballot ballot, Value value) {
  public Entry {
    Ballot.ofMember(ballot, "an entry");
  }
}
