package dev.synod.simulation.world;

/**
 * The clocks of one machine: a monotonic clock, whose rate may be wrong, and a wall clock. While
 * the machine sleeps the monotonic clock stands still, and the wall clock does not.
 */
public final class MachineClock {
  private final World world;

  /**
   * What the monotonic clock showed when its rate last changed, and when that was. In a sleep it is
   * the end of the sleep.
   */
  private double shown = 1_000;

  private long shownAt;

  /** When the last sleep began and ends; both are 0 if the wall clock was set since. */
  private long sleptFrom;

  private long sleptUntil;
  private double rate = 1;

  /** How far the wall clock is off, in milliseconds. */
  private long wallOff;

  public MachineClock(World world) {
    this.world = world;
    this.shownAt = world.now();
  }

  /** Milliseconds of the monotonic clock. */
  public long now() {
    return (long) (shown + passed());
  }

  /** Milliseconds by which the monotonic clock has moved since {@link #shownAt}. */
  private double passed() {
    return rate * Math.max(0, world.now() - shownAt) / 1_000;
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
    shown += passed();
    shownAt = Math.max(shownAt, world.now());
    this.rate = rate;
    setWall(wallOff);
  }

  /** The machine sleeps for so many microseconds, from now on. */
  public void sleep(long micros) {
    shown += passed();
    sleptFrom = world.now();
    sleptUntil = Math.max(shownAt, world.now() + micros);
    wallOff += (sleptUntil - Math.max(shownAt, world.now())) / 1_000;
    shownAt = sleptUntil;
  }

  /** The rest of its sleep in microseconds; 0 if it is awake. */
  public long asleep() {
    return Math.max(0, shownAt - world.now());
  }

  /** Sets the wall clock. */
  public void setWall(long wallOff) {
    this.wallOff = wallOff;
    sleptFrom = 0;
    sleptUntil = 0;
  }

  /**
   * When both clocks showed so many milliseconds less than now, or more; 0 if the monotonic clock
   * did not run at today's rate then.
   */
  public long before(long milliseconds) {
    long then = world.now() - (long) Math.ceil(1_000 * milliseconds / rate);
    if (then >= shownAt) {
      return then;
    }
    // A millisecond of the sleep was one of the wall clock.
    then = shownAt - (long) Math.ceil(1_000 * (milliseconds - passed()));
    return shownAt == sleptUntil && then >= sleptFrom ? then : 0;
  }
}
