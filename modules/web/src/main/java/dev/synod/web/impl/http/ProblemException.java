package dev.synod.web.impl.http;

import io.vertx.core.VertxException;

/** Thrown to end a request with a {@link Problem}. */
public class ProblemException extends VertxException {
  private static final long serialVersionUID = 1L;

  /** Refuses what only a history can answer, at a member that belongs to no group yet. */
  public static final String NO_GROUP =
      "this member belongs to no group yet, and does not know the history of what was seen";

  private final Problem problem;

  public ProblemException(Problem problem, String detail) {
    super(detail, true);
    this.problem = problem;
  }

  public static ProblemException noGroup() {
    return new ProblemException(Problem.LAGGING, NO_GROUP);
  }

  public Problem problem() {
    return problem;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
