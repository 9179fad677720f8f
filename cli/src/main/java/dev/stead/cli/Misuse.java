package dev.stead.cli;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;

/// Arguments that cannot be meant.
final class Misuse {
  private Misuse() {}

  static ProblemException of(String what, String why) {
    return new ProblemException(Problem.of(Code.USAGE, what, why));
  }
}
