package dev.stead.agent.deploy;

import dev.stead.sdk.Problem;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Instant;
import java.util.Objects;

/// How an operation ended.
@Json(naming = Naming.LowerHyphen, typeProperty = "type")
@Json.SubType(type = Outcome.Done.class, name = "done")
@Json.SubType(type = Outcome.Undone.class, name = "undone")
sealed interface Outcome {
  Instant at();

  record Done(Instant at) implements Outcome {
    public Done {
      Objects.requireNonNull(at, "at is missing");
    }
  }

  /// It failed or was cancelled before the switch; what served before serves on.
  record Undone(Instant at, Problem problem) implements Outcome {
    public Undone {
      Objects.requireNonNull(at, "at is missing");
      Objects.requireNonNull(problem, "problem is missing");
    }
  }
}
