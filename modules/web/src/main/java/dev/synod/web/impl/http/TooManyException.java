package dev.synod.web.impl.http;

/** Thrown if a caller exceeds a rate limit. */
public final class TooManyException extends ProblemException {
  private static final long serialVersionUID = 1L;

  private final long waitMillis;

  public TooManyException(String detail, long waitMillis) {
    super(Problem.TOO_MANY_REQUESTS, detail);
    this.waitMillis = waitMillis;
  }

  /** Returns the time after which the caller may retry, in milliseconds. */
  public long waitMillis() {
    return waitMillis;
  }
}
