package dev.synod.core.message;

/** Why a member may not take part under its name, in words for whoever can mend it. */
public enum ExclusionReason {
  /** The others know another store under that name. */
  ANOTHER_STORE(
      "the others know another data directory under its name. Either two processes run under that"
          + " name, or its directory was lost, emptied or exchanged. Start it from its own"
          + " directory; if that is lost, so are its promises: replace it by a member with a new"
          + " name, an empty dataDirectory and \"join\": true"),

  /** Two lives began, or go on, from the same store. */
  COPY(
      "its data directory is a copy: another process was started from the same store, or still runs"
          + " from it, and has promised what this copy does not know. Delete this copy, and start"
          + " the member from its own directory alone; who is to run beside it needs a name of its"
          + " own, an empty dataDirectory and \"join\": true"),

  /** A later life of the same store is known. */
  SUPERSEDED(
      "the others know a later start of it: this is an old copy of its data directory, or a process"
          + " that was taken for dead and has a successor. Leave it to the successor, and delete"
          + " this copy; if there is none any more, replace the member by one with a new name, an"
          + " empty dataDirectory and \"join\": true"),

  /** The configuration of the group was forced since. */
  FENCED(
      "the configuration of its group was forced without it, and it lives in the epoch before that."
          + " What it alone knows is not part of the group any more. Do not start it again: keep"
          + " its directory if you want to see what was lost, and add a member with a new name, an"
          + " empty dataDirectory and \"join\": true");

  private final String words;

  ExclusionReason(String words) {
    this.words = words;
  }

  /** What it means and what to do, behind the name of the member. */
  public String words() {
    return words;
  }
}
