package dev.synod.storage.log;

import java.nio.file.Path;
import java.util.Comparator;

/** A file of the log. */
public final class Segment {
  static final Comparator<Segment> BY_NUMBER = Comparator.comparingLong(s -> s.number);

  private static final String SUFFIX = ".log";

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

  public static String name(long number) {
    return String.format("%012d", number) + SUFFIX;
  }

  /** Returns the number of the segment with this file name; 0 if the file is no segment. */
  static long number(String name) {
    return name.matches("\\d{12}\\.log") ? Long.parseLong(name.substring(0, 12)) : 0;
  }
}
