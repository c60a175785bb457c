package dev.synod.simulation.world;

/** Thrown if a run violates an invariant. It is an error, so that no member handles it. */
public class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  public Violation(String message) {
    super(message);
  }
}
