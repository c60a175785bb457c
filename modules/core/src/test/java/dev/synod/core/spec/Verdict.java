package dev.synod.core.spec;

import dev.synod.fuzzing.Tlc;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TLC said of a model.
 *
 * @param complete whether TLC looked at every state and found no error
 * @param violated the invariant that does not hold; empty if all do
 * @param states the distinct states, if TLC looked at them all; otherwise 0
 * @param output all that TLC printed
 */
record Verdict(boolean complete, String violated, long states, String output) {
  private static final Pattern VIOLATED = Pattern.compile("Invariant (\\w+) is violated");
  private static final Pattern STATES =
      Pattern.compile("([\\d,]+) states generated[^,]*, ([\\d,]+) distinct states found, 0 states");

  static Verdict of(Tlc.Result result) {
    Matcher violated = VIOLATED.matcher(result.output());
    Matcher states = STATES.matcher(result.output());
    return new Verdict(
        result.complete(),
        violated.find() ? violated.group(1) : "",
        states.find() ? Long.parseLong(states.group(2).replace(",", "")) : 0,
        result.output());
  }
}
