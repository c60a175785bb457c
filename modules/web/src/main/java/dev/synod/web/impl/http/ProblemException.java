package dev.synod.web.impl.http;

import io.vertx.core.VertxException;

/** Thrown to end a request with a {@link Problem}. */
public class ProblemException extends VertxException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public ProblemException(Problem problem, String detail) {
    super(detail, true);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
