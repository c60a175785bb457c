package dev.synod.web.impl;

/** Somebody has to wait before he may do that again. */
final class TooManyException extends ProblemException {
  private static final long serialVersionUID = 1L;

  private final long waitMillis;

  TooManyException(String detail, long waitMillis) {
    super(Problem.TOO_MANY_REQUESTS, detail);
    this.waitMillis = waitMillis;
  }

  /** For how long, in milliseconds. */
  long waitMillis() {
    return waitMillis;
  }
}
