package dev.synod.web.impl.http;

/** Somebody has to wait before he may do that again. */
public final class TooManyException extends ProblemException {
  private static final long serialVersionUID = 1L;

  private final long waitMillis;

  public TooManyException(String detail, long waitMillis) {
    super(Problem.TOO_MANY_REQUESTS, detail);
    this.waitMillis = waitMillis;
  }

  /** For how long, in milliseconds. */
  public long waitMillis() {
    return waitMillis;
  }
}
