package dev.synod.core.message;

/** Reason for which a member is excluded under its name, with a remedy for the operator. */
public enum ExclusionReason {
  /** The other members know another store under the name. */
  ANOTHER_STORE(
      "the others know another data directory under its name. Either two processes run under that"
          + " name, or its directory was lost, emptied or exchanged. Start it from its own"
          + " directory; if that is lost, so are its promises: replace it by a member with a new"
          + " name, an empty dataDirectory and \"join\": true"),

  /** Two incarnations started, or run, from the same store. */
  COPY(
      "its data directory is a copy: another process was started from the same store, or still runs"
          + " from it, and has made promises that this copy does not know. Delete this copy and"
          + " start the member from its original directory only; a further member needs a new name,"
          + " an empty dataDirectory and \"join\": true"),

  /** The other members know a later incarnation of the same store. */
  SUPERSEDED(
      "the others know a later start of it: this is an old copy of its data directory, or a process"
          + " that was taken for dead and has a successor. Leave it to the successor, and delete"
          + " this copy; if there is none any more, replace the member by one with a new name, an"
          + " empty dataDirectory and \"join\": true"),

  /** The configuration of the group was forced since. */
  FENCED(
      "the configuration of its group was forced without it, and it belongs to the former epoch."
          + " Its data is not part of the group any more. Do not start it again: keep its directory"
          + " to see what was lost, and add a member with a new name, an empty dataDirectory and"
          + " \"join\": true"),

  /** The group under this name was founded twice, or with different options. */
  ANOTHER_BIRTH(
      "it belongs to another group, which was founded separately under the same name, so neither"
          + " listens to the other. Give one of the two groups another name; if both were meant to"
          + " be one group, keep the one whose data is needed, and replace the members of the other"
          + " one by members with new names, an empty dataDirectory and \"join\": true");

  private final String words;

  ExclusionReason(String words) {
    this.words = words;
  }

  /** Returns the explanation and the remedy, as a phrase that follows the name of the member. */
  public String words() {
    return words;
  }
}
