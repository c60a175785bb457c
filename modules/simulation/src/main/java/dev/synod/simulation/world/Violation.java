package dev.synod.simulation.world;

/** Something happened that must never happen. An error, so that no member takes it for its own. */
public class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  public Violation(String message) {
    super(message);
  }
}
