package dev.stead.agent.supervisor;

import java.time.Duration;

/// Why the run of an instance is to end though it goes on: it is not alive.
///
/// @param answer what it answered when it was asked last, on one line
/// @param aliveFor how long the run had been seen alive before; the back-off counts that in the
///   place of the run's length, which a hung instance spends for nothing
public record Verdict(String answer, Duration aliveFor) {
  public Verdict {
    answer = answer.replaceAll("\\s+", " ").strip();
  }
}
