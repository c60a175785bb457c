package dev.synod.simulation.world;

/** The clocks of one machine: a monotonic clock, whose rate may be wrong, and a wall clock. */
public final class MachineClock {
  private final World world;

  /** What the monotonic clock showed when its rate last changed, and when that was. */
  private double shown = 1_000;

  private long shownAt;
  private double rate = 1;

  /** How far the wall clock is off, in milliseconds. */
  private long wallOff;

  public MachineClock(World world) {
    this.world = world;
    this.shownAt = world.now();
  }

  /** Milliseconds of the monotonic clock. */
  public long now() {
    return (long) (shown + rate * (world.now() - shownAt) / 1_000);
  }

  /** What the wall clock shows when the monotonic one shows this. */
  public long wall(long now) {
    return 1_700_000_000_000L + now + wallOff;
  }

  /**
   * From now on the monotonic clock runs so much faster than time, and the wall clock is so many
   * milliseconds off.
   */
  public void set(double rate, long wallOff) {
    shown += this.rate * (world.now() - shownAt) / 1_000;
    shownAt = world.now();
    this.rate = rate;
    this.wallOff = wallOff;
  }

  /** Sets the wall clock. */
  public void setWall(long wallOff) {
    this.wallOff = wallOff;
  }

  /**
   * When the monotonic clock showed so many milliseconds less than now; 0 if it did not run at
   * today's rate then.
   */
  public long before(long milliseconds) {
    long then = world.now() - (long) Math.ceil(1_000 * milliseconds / rate);
    return then < shownAt ? 0 : then;
  }
}
