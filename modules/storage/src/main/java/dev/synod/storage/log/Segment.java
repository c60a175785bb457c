package dev.synod.storage.log;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/** A file of the log. */
public final class Segment {
  static final Comparator<Segment> BY_NUMBER = Comparator.comparingLong(s -> s.number);

  private static final String SUFFIX = ".log";
  private static final int DIGITS = 12;
  private static final Pattern NAME = Pattern.compile("[0-9]{12}\\.log");

  final long number;
  final Path path;

  /** The highest slot of which the log would know less without this segment. */
  long highest;

  Segment(long number, Path path) {
    this.number = number;
    this.path = path;
  }

  void reach(long slot) {
    highest = Math.max(highest, slot);
  }

  /** The file name of the segment with this number, in ASCII digits under every locale. */
  public static String name(long number) {
    return String.format(Locale.ROOT, "%012d", number) + SUFFIX;
  }

  /** The number of the segment in a file of this name, 0 if it is none. */
  static long number(String name) {
    return NAME.matcher(name).matches() ? Long.parseLong(name.substring(0, DIGITS)) : 0;
  }
}
