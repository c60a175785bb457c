package dev.synod.core.message;

/**
 * A ballot number. Ballots are totally ordered and unique: by round first, then by the name of the
 * member that owns the ballot (Lamport, "Paxos Made Simple", section 2.2).
 *
 * @param round round, from 1; 0 is {@link #NONE}
 * @param member member that leads with this ballot
 */
public record Ballot(long round, String member) implements Comparable<Ballot> {
  /** The ballot below every ballot of a member. */
  public static final Ballot NONE = new Ballot(0, "");

  public Ballot {
    if (round < 0) {
      throw new IllegalArgumentException("a round is not negative: " + round);
    }
  }

  /**
   * Returns the ballot, which must belong to a member.
   *
   * @param what message or record that holds the ballot, for the error message
   * @throws IllegalArgumentException if it is {@link #NONE}
   */
  static Ballot ofMember(Ballot ballot, String what) {
    if (ballot.round == 0) {
      throw new IllegalArgumentException(what + " needs the ballot of a member, but has round 0");
    }
    return ballot;
  }

  @Override
  public int compareTo(Ballot other) {
    int byRound = Long.compare(round, other.round);
    return byRound != 0 ? byRound : member.compareTo(other.member);
  }

  /** Tells whether this ballot is lower than the other one. */
  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  @Override
  public String toString() {
    return round + "." + member;
  }
}
