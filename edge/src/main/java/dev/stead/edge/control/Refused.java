package dev.stead.edge.control;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Why what was pushed was not applied: every problem, each naming both sides of a conflict.
@Json(naming = Naming.LowerHyphen)
public record Refused(List<String> problems) {
  public Refused {
    Objects.requireNonNull(problems, "problems is missing");
    problems = List.copyOf(problems);
  }
}
