package dev.stead.edge.control;

import java.util.List;

/// Why what was pushed was not applied: every problem, each naming both sides of a conflict.
public record Refused(List<String> problems) {
  public Refused {
    problems = List.copyOf(problems);
  }
}
