package dev.synod.core.member;

import dev.synod.core.message.Configuration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a founder knows of the founding that it waits for.
 *
 * @param configuration first configuration of the group
 * @param missing founders that were not heard within an election timeout
 * @param lost the first founder, if a founder has pledged itself to another store of that name, so
 *     that the founding cannot end without the operator; null otherwise
 */
public record FoundingProgress(
    Configuration configuration, List<String> missing, @Nullable String lost) {
  public FoundingProgress {
    missing = List.copyOf(missing);
  }

  /** Returns what the founder waits for, as a phrase that follows its name. */
  public String words() {
    if (lost != null) {
      return String.format(
          Locale.ROOT,
          "cannot found the group: a founder has given its word to another data directory of %s,"
              + " which is lost. Nothing was decided: stop all founders, empty their data"
              + " directories, and start them again",
          lost);
    }
    return missing.isEmpty()
        ? "founds the group with the other founders"
        : String.format(
            Locale.ROOT,
            "waits for founders %s: a group is founded once all its founders run and none of them"
                + " has data",
            String.join(", ", missing));
  }
}
