package dev.synod.simulation;

/** Something happened that must never happen. An error, so that no member takes it for its own. */
class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message);
  }
}
