package dev.stead.sdk;

/// An expected refusal or failure that ends a request or a rollout; carries the [Problem] that is
/// shown to the user.
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super("%s: %s: %s".formatted(problem.code(), problem.what(), problem.why()));
    this.problem = problem;
  }

  public ProblemException(Problem problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  public Problem problem() {
    return problem;
  }
}
