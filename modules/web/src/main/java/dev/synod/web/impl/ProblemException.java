package dev.synod.web.impl;

import io.vertx.core.VertxException;

/** Ends a request with a {@link Problem}. */
class ProblemException extends VertxException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  ProblemException(Problem problem, String detail) {
    super(detail, true);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
