package dev.stead.cli.ssh;

import dev.stead.sdk.Problem;
import java.io.IOException;

/// No answer from a server's agent, with the cause named. An [IOException], since whoever follows
/// an operation tries again after it.
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  UnreachableException(Problem problem) {
    super("%s: %s".formatted(problem.what(), problem.why()));
    this.problem = problem;
  }

  UnreachableException(Problem problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  public Problem problem() {
    return problem;
  }
}
