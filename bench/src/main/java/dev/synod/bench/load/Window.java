package dev.synod.bench.load;

/**
 * How long a load is kept up.
 *
 * @param warmUp seconds before the first measure
 * @param measured seconds of each measure
 * @param times how many measures follow each other
 */
public record Window(double warmUp, double measured, int times) {
  /** Seconds of it all. */
  public double seconds() {
    return warmUp + measured * times;
  }
}
