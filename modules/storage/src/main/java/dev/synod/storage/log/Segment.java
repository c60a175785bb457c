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

  /** Highest slot for which the log needs this segment. */
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

  /** Returns the number of the segment with this file name; 0 if the file is no segment. */
  static long number(String name) {
    return NAME.matcher(name).matches() ? Long.parseLong(name.substring(0, DIGITS)) : 0;
  }
}
